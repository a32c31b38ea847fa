"""Train one autoencoder: of the lattices, of all elements, or of one element."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.training.autoencoder import train_autoencoder

    train_autoencoder(
        snakemake.wildcards[0],  # lattice, combined or an element
        snakemake.input.shards,
        dict(snakemake.output.items()),
        {"network": snakemake.params.network, **snakemake.params.settings},
        voxels=snakemake.params.voxels,
        start=snakemake.input.get("start"),
        arithmetic=snakemake.params.precision,
        seed=snakemake.params.seed,
        hardware=snakemake.config["hardware"],
    )
