"""How well each constraint predicts its property, over all structures."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.artifacts import provenance, write_json
    from ccdcgan.core.tables import read_each
    from ccdcgan.evaluation.prediction_metrics import read_predictions, summarise

    params = snakemake.params
    found = summarise(read_each(read_predictions, params.properties, snakemake.input.predictions))
    notes = provenance(snakemake.config, params.seed)
    write_json(snakemake.output[0], {**found, "provenance": notes})
