"""Variants and arms compared graph by graph at equal compositions."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.tables import write_table
    from ccdcgan.evaluation.pairs import compare_pairs

    params = snakemake.params
    paths = dict(zip(params.variants, snakemake.input.relaxed, strict=True))
    found = compare_pairs(paths, keep_unconverged=params.keep_unconverged)
    write_table(snakemake.output.table, found)
