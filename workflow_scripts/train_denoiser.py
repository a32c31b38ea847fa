"""Train the denoiser, which makes the parts of generated crystals fit each other."""

from pathlib import Path

from ccdcgan.jobs import job

with job(snakemake):
    from ccdcgan.archives import write_table
    from ccdcgan.denoising import train_denoiser
    from ccdcgan.structures import read_structures
    from ccdcgan.training import finish, save_model, spread, watchers

    folder = Path(snakemake.output.model).parent / "checkpoint"
    hardware = snakemake.config["hardware"]
    with spread(hardware["gpus"]):
        model, history = train_denoiser(
            read_structures(snakemake.input.structures),
            snakemake.params.settings,
            folder,
            snakemake.params.seed,
            watchers(hardware["tensorboard"], "denoiser"),
        )
    write_table(snakemake.output.history, history)
    save_model(model, snakemake.output.model)
    finish(folder)
