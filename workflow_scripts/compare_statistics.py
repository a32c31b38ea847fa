"""The figures of merit of all variants in one table."""

from ccdcgan.jobs import job

with job(snakemake):
    from ccdcgan.archives import write_table
    from ccdcgan.measures import comparison

    paths = dict(zip(snakemake.params.variants, snakemake.input.measures, strict=True))
    write_table(snakemake.output.table, comparison(paths))
