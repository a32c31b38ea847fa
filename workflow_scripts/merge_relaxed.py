"""The shards of relaxed crystals of a variant, in one table and one archive."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.tables import write_table
    from ccdcgan.crystals.archives import write_crystals
    from ccdcgan.stability.outcomes import merge_shards

    rows, crystals = merge_shards(snakemake.input.rows, snakemake.input.crystals)
    write_crystals(snakemake.output.crystals, crystals)
    write_table(snakemake.output.rows, rows)
