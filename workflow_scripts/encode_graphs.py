"""Crystal graphs of the structures of one shard."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.codec.encode import encode_shard
    from ccdcgan.core.artifacts import provenance
    from ccdcgan.crystals.table import Crystals
    from ccdcgan.networks.autoencoder import load_autoencoders

    encode_shard(
        snakemake.output[0],
        snakemake.input.sites,
        snakemake.input.lattices,
        Crystals.read(snakemake.input.structures),
        snakemake.params.properties,
        load_autoencoders(
            snakemake.input.lattice, snakemake.input.networks, snakemake.params.elements
        ),
        snakemake.params.layout,
        provenance(snakemake.config, snakemake.params.seed),
    )
