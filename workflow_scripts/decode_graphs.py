"""Crystals of one shard of graphs, with a row that says what became of each graph."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.codec.decode import decode_shard
    from ccdcgan.core.artifacts import provenance
    from ccdcgan.networks.autoencoder import load_autoencoders

    given, params = snakemake.input, snakemake.params
    networks = load_autoencoders(given.lattice, given.networks, params.elements)
    variant = snakemake.wildcards.variant
    crystals = decode_shard(given.graphs, networks, variant, **params.decode, exact=params.exact)
    crystals.write(snakemake.output.crystals, provenance(snakemake.config))
