"""A trained constraint, denoiser, refiner or generator, to be handed on, with its model card."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.training.pretrained import export_network

    export_network(
        snakemake.params.name,
        snakemake.params.what,
        snakemake.params.settings,
        dict(snakemake.input.items()),
        dict(snakemake.output.items()),
    )
