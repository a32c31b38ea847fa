"""Train one autoencoder: of the lattices, of all elements, or of one element."""

from pathlib import Path

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.tables import write_table
    from ccdcgan.networks.autoencoder import Autoencoder
    from ccdcgan.networks.files import load_model, save_model
    from ccdcgan.training.autoencoder import atomic_number, train_autoencoder
    from ccdcgan.training.devices import spread, watchers
    from ccdcgan.training.loop import finish

    kind = snakemake.wildcards.get("kind", "combined")
    element = snakemake.wildcards.get("element")
    start = snakemake.input.get("start")
    folder = Path(snakemake.output.model).parent / "checkpoint"
    hardware = snakemake.config["hardware"]
    with spread(hardware["gpus"]):
        model, history = train_autoencoder(
            snakemake.input.shards,
            "lattice" if kind == "lattice" else "sites",
            snakemake.params.voxels,
            {"network": snakemake.params.network, **snakemake.params.settings},
            folder,
            snakemake.params.seed,
            element=atomic_number(element),
            start=load_model(start, Autoencoder) if start else None,
            arithmetic=snakemake.params.precision,
            watchers=watchers(hardware["tensorboard"], f"autoencoder/{element or kind}"),
        )
    save_model(model, snakemake.output.model)
    write_table(snakemake.output.history, history)
    finish(folder)
