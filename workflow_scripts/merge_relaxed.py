"""The shards of relaxed crystals of a variant in one table, and its rows for people."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.artifacts import provenance
    from ccdcgan.core.tables import write_table
    from ccdcgan.stability.outcomes import RELAXED, merge_shards

    relaxed = merge_shards(snakemake.input.shards)
    write_table(snakemake.output.rows, relaxed.table[list(RELAXED)])
    relaxed.write(snakemake.output.crystals, provenance(snakemake.config))
