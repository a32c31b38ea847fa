"""Train the constraint of one property."""

from pathlib import Path

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.tables import write_table
    from ccdcgan.crystals.table import read_structures
    from ccdcgan.networks.files import save_model
    from ccdcgan.training.constraint import train_constraint
    from ccdcgan.training.devices import spread, watchers
    from ccdcgan.training.loop import finish

    name = snakemake.wildcards.property
    folder = Path(snakemake.output.model).parent / "checkpoint"
    hardware = snakemake.config["hardware"]
    with spread(hardware["gpus"]):
        model, history = train_constraint(
            read_structures(snakemake.input.structures),
            snakemake.input.shards,
            name,
            snakemake.params.settings,
            folder,
            snakemake.params.seed,
            watchers(hardware["tensorboard"], f"constraint/{name}"),
        )
    write_table(snakemake.output.history, history)
    save_model(model, snakemake.output.model)
    finish(folder)
