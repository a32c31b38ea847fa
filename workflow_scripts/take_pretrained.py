"""Put a shipped autoencoder into its place, if it is the one that the config means."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.training.pretrained import take_autoencoder

    take_autoencoder(
        snakemake.input.model,
        snakemake.output.model,
        sha256=snakemake.params.sha256,
        voxels=snakemake.params.voxels,
    )
