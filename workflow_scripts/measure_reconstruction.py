"""Which structures an autoencoder brings back."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.artifacts import provenance, write_json
    from ccdcgan.core.settings.voxels import ImageSettings
    from ccdcgan.core.tables import write_table
    from ccdcgan.crystals.table import Crystals
    from ccdcgan.evaluation.reconstruction import measure
    from ccdcgan.evaluation.round_trip_metrics import summarise
    from ccdcgan.networks.autoencoder import Autoencoder
    from ccdcgan.networks.files import load_model

    given, params, made = snakemake.input, snakemake.params, snakemake.output
    kind = snakemake.wildcards.kind
    rows = measure(
        load_model(given.model, Autoencoder),
        given.shards,
        ImageSettings.model_validate(params.voxels),
        Crystals.read(given.structures),
        params.threshold,
        params.seed,
        kind=kind,
    )
    notes = provenance(snakemake.config, params.seed)
    write_table(made.rows, rows)
    write_json(made.metrics, {"kind": kind, "parts": summarise(rows), **notes})
