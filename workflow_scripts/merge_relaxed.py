"""The shards of relaxed crystals of a variant, in one table and one archive."""

from ccdcgan.jobs import job

with job(snakemake):
    from ccdcgan.archives import write_crystals, write_table
    from ccdcgan.outcomes import merge_shards

    rows, crystals = merge_shards(snakemake.input.rows, snakemake.input.crystals)
    write_crystals(snakemake.output.crystals, crystals)
    write_table(snakemake.output.rows, rows)
