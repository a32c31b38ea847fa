"""Train one autoencoder: of the lattices, of all elements, or of one element."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.journal import identity
    from ccdcgan.core.settings.autoencoder import NETWORK_TRAINING
    from ccdcgan.core.settings.hardware import HardwareSettings
    from ccdcgan.core.settings.voxels import ImageSettings
    from ccdcgan.training.autoencoder import train_autoencoder

    train_autoencoder(
        snakemake.wildcards[0],  # lattice, combined or an element
        snakemake.input.shards,
        dict(snakemake.output.items()),
        NETWORK_TRAINING.validate_python(snakemake.params.settings),
        network=snakemake.params.network,
        voxels=ImageSettings.model_validate(snakemake.params.voxels),
        start=snakemake.input.get("start"),
        arithmetic=snakemake.params.precision,
        seed=snakemake.params.seed,
        identity=identity(snakemake, train_autoencoder),
        hardware=HardwareSettings.model_validate(snakemake.config["hardware"]),
    )
