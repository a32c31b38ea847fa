"""Crystals of one batch of graphs, and a manifest that says what became of each graph."""

from ccdcgan.jobs import job

with job(snakemake):
    from ccdcgan.archives import write_crystals, write_table
    from ccdcgan.generation import decode_batch
    from ccdcgan.graph_data import load_networks

    networks = load_networks(
        snakemake.input.lattice, snakemake.input.networks, snakemake.params.elements
    )
    manifest, crystals = decode_batch(
        snakemake.input.graphs, networks, snakemake.wildcards.variant, snakemake.params.decode
    )
    write_crystals(snakemake.output.crystals, crystals)
    write_table(snakemake.output.manifest, manifest)
