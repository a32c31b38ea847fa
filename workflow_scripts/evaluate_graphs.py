"""Which structures of one shard come back from their graphs."""

from ccdcgan.jobs import job

with job(snakemake):
    from ccdcgan.archives import write_crystals, write_table
    from ccdcgan.evaluation import round_trip
    from ccdcgan.graph_data import load_networks
    from ccdcgan.structures import read_structures

    rows, crystals = round_trip(
        [snakemake.input.graphs],
        read_structures(snakemake.input.structures),
        load_networks(snakemake.input.lattice, snakemake.input.networks, snakemake.params.elements),
        snakemake.params.decode,
    )
    write_crystals(snakemake.output.crystals, crystals)
    write_table(snakemake.output.rows, rows)
