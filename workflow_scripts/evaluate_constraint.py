"""How well each constraint predicts its property, over all structures."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.artifacts import provenance, write_json
    from ccdcgan.core.tables import read_table
    from ccdcgan.evaluation.prediction import prediction_metrics

    found = [
        {
            "property": name,
            **prediction_metrics(read_table(path, ["id", "true", "predicted"], ["id"])),
        }
        for name, path in zip(snakemake.params.properties, snakemake.input.predictions, strict=True)
    ]
    notes = provenance(snakemake.config, snakemake.params.seed)
    first, *others = [{"n": one.pop("structures"), **one} for one in found]
    write_json(snakemake.output[0], {**first, "others": others, "provenance": notes})
