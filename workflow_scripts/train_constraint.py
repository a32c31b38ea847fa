"""Train the constraint of one property."""

from pathlib import Path

from ccdcgan.jobs import job

with job(snakemake):
    from ccdcgan.archives import write_table
    from ccdcgan.constraint import train_constraint
    from ccdcgan.structures import read_structures
    from ccdcgan.training import finish, save_model, spread, watchers

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
