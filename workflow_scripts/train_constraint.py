"""Train the constraint of one property and assess it on every part."""

from pathlib import Path

from ccdcgan.jobs import job

with job(snakemake):
    from ccdcgan.archives import write_table
    from ccdcgan.artifacts import provenance, write_json
    from ccdcgan.constraint import assess, train_constraint
    from ccdcgan.figures.parity import parity_figure
    from ccdcgan.figures.style import save
    from ccdcgan.graph_data import load_networks
    from ccdcgan.structures import read_structures
    from ccdcgan.training import finish, save_model, spread, watchers

    name, seed = snakemake.wildcards.property, snakemake.params.seed
    folder = Path(snakemake.output.model).parent / "checkpoint"
    structures, shards = read_structures(snakemake.input.structures), snakemake.input.shards
    networks = snakemake.input.lattice, snakemake.input.networks, snakemake.params.elements
    hardware = snakemake.config["hardware"]
    with spread(hardware["gpus"]):
        model, history = train_constraint(
            structures,
            shards,
            name,
            snakemake.params.settings,
            folder,
            seed,
            watchers(hardware["tensorboard"], f"constraint/{name}"),
        )
    predictions, metrics = assess(
        model, structures, shards, load_networks(*networks), name, snakemake.params.reading
    )
    write_table(snakemake.output.history, history)
    write_table(snakemake.output.predictions, predictions)
    notes = provenance(snakemake.config, seed)
    write_json(snakemake.output.metrics, {"property": name, "parts": metrics, **notes})
    save(parity_figure(predictions, name, metrics), snakemake.output.parity)
    save_model(model, snakemake.output.model)
    finish(folder)
