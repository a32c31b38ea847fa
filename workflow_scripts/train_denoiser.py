"""Train the denoiser, which makes the parts of generated crystals fit each other."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.training.denoiser import train_denoiser

    train_denoiser(
        snakemake.input.structures,
        dict(snakemake.output.items()),
        snakemake.params.settings,
        seed=snakemake.params.seed,
        hardware=snakemake.config["hardware"],
    )
