"""The figures of merit of all variants in one table."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.tables import write_table
    from ccdcgan.evaluation.set_metrics import comparison

    paths = dict(zip(snakemake.params.variants, snakemake.input.measures, strict=True))
    write_table(snakemake.output.table, comparison(paths))
