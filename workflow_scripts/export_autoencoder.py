"""A trained autoencoder in half precision, to be handed on, with its model card."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.training.pretrained import export_autoencoder

    export_autoencoder(
        snakemake.wildcards.kind, dict(snakemake.input.items()), dict(snakemake.output.items())
    )
