"""How well the constraint of one property predicts it on every part."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.artifacts import provenance, write_json
    from ccdcgan.core.settings.decode import DecodeSettings
    from ccdcgan.core.tables import write_table
    from ccdcgan.crystals.table import Crystals
    from ccdcgan.evaluation.prediction import assess
    from ccdcgan.networks.autoencoder import load_autoencoders
    from ccdcgan.networks.constraint import Constraint
    from ccdcgan.networks.files import load_model

    given, params, made = snakemake.input, snakemake.params, snakemake.output
    name = snakemake.wildcards.property
    predictions, metrics = assess(
        load_model(given.model, Constraint),
        Crystals.read(given.structures),
        given.shards,
        load_autoencoders(given.lattice, given.networks, params.elements),
        name,
        DecodeSettings.model_validate(params.reading),
    )
    notes = provenance(snakemake.config, params.seed)
    write_table(made.predictions, predictions)
    write_json(made.metrics, {"property": name, "parts": metrics, **notes})
