"""Train the denoiser, which makes the parts of generated crystals fit each other."""

from pathlib import Path

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.tables import write_table
    from ccdcgan.crystals.table import read_structures
    from ccdcgan.networks.files import save_model
    from ccdcgan.training.denoiser import train_denoiser
    from ccdcgan.training.devices import spread, watchers
    from ccdcgan.training.loop import finish

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
