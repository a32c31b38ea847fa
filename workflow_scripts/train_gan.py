"""Train one variant of the generator."""

from pathlib import Path

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.codec.autoencoders import load_autoencoders
    from ccdcgan.codec.graph_table import graphs_of, read_graphs
    from ccdcgan.core.artifacts import provenance, write_json
    from ccdcgan.core.tables import write_table
    from ccdcgan.crystals.arrays import crystal_arrays
    from ccdcgan.crystals.table import read_structures
    from ccdcgan.networks.constraint import Constraint
    from ccdcgan.networks.files import load_model, save_model
    from ccdcgan.training.constraint_loss import ConstraintTerm, constraint_losses
    from ccdcgan.training.devices import spread, watchers
    from ccdcgan.training.gan import compositions, train_gan
    from ccdcgan.training.loop import finish

    folder = Path(snakemake.output.generator).parent / "checkpoint"
    structures = read_structures(snakemake.input.structures)
    graphs = read_graphs(snakemake.input.shards).of(structures["id"])
    hardware = snakemake.config["hardware"]
    with spread(hardware["gpus"]):
        terms = [
            ConstraintTerm(
                load_model(path, Constraint), entry["weight"], entry["goal"], entry.get("target")
            )
            for path, entry in zip(
                snakemake.input.constraints, snakemake.params.constraints, strict=True
            )
        ]
        networks = snakemake.input.lattice, snakemake.input.networks, snakemake.params.elements
        generator, discriminator, history = train_gan(
            graphs,
            terms,
            snakemake.params.gan,
            structures,
            load_autoencoders(*networks),
            folder,
            snakemake.params.seed,
            watchers(hardware["tensorboard"], f"gan/{snakemake.wildcards.variant}"),
        )
    notes = provenance(snakemake.config, snakemake.params.seed)
    train = structures.set_index("id", drop=False).loc[graphs.part("train").labels["id"]]
    crystals = crystal_arrays(train)
    if any("graphs" in term.network.reads for term in terms):
        crystals["graphs"] = graphs_of(snakemake.input.shards, train["id"])
    chosen = compositions(
        graphs, constraint_losses(terms, crystals), snakemake.params.gan["temperature"]
    )
    write_json(snakemake.output.compositions, {"compositions": chosen, **notes})
    write_table(snakemake.output.history, history)
    save_model(discriminator, snakemake.output.discriminator)
    save_model(generator, snakemake.output.generator)
    finish(folder)
