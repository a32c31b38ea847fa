"""Which structures of one shard come back from their graphs."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.codec.autoencoders import load_autoencoders
    from ccdcgan.core.tables import write_table
    from ccdcgan.crystals.archives import write_crystals
    from ccdcgan.crystals.table import read_structures
    from ccdcgan.evaluation.round_trip import round_trip

    rows, crystals = round_trip(
        [snakemake.input.graphs],
        read_structures(snakemake.input.structures),
        load_autoencoders(
            snakemake.input.lattice, snakemake.input.networks, snakemake.params.elements
        ),
        snakemake.params.decode,
    )
    write_crystals(snakemake.output.crystals, crystals)
    write_table(snakemake.output.rows, rows)
