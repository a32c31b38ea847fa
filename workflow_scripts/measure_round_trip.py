"""Which structures come back from their stored graphs."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.artifacts import provenance, write_json
    from ccdcgan.core.settings.decode import DecodeSettings
    from ccdcgan.core.tables import write_table
    from ccdcgan.crystals.table import Crystals
    from ccdcgan.evaluation.round_trip import evaluation_sample, round_trip
    from ccdcgan.evaluation.round_trip_metrics import COLUMNS, summarise
    from ccdcgan.networks.autoencoder import load_autoencoders

    given, params, made = snakemake.input, snakemake.params, snakemake.output
    sample = evaluation_sample(Crystals.read(given.structures), params.seed)
    networks = load_autoencoders(given.lattice, given.networks, params.elements)
    decode = DecodeSettings.model_validate(params.decode)
    rows = round_trip(given.shards, sample, networks, decode).table
    notes = provenance(snakemake.config, params.seed)
    write_table(made.rows, rows[list(COLUMNS)])
    write_json(made.metrics, {"parts": summarise(rows), **notes})
