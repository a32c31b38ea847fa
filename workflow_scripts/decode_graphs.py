"""Crystals of one shard of graphs, and a manifest that says what became of each graph."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.codec.autoencoders import load_autoencoders
    from ccdcgan.codec.decode import decode_shard
    from ccdcgan.core.tables import write_table
    from ccdcgan.crystals.archives import write_crystals

    networks = load_autoencoders(
        snakemake.input.lattice, snakemake.input.networks, snakemake.params.elements
    )
    manifest, crystals = decode_shard(
        snakemake.input.graphs, networks, snakemake.wildcards.variant, snakemake.params.decode
    )
    write_crystals(snakemake.output.crystals, crystals)
    write_table(snakemake.output.manifest, manifest)
