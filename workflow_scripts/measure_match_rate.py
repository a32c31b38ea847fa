"""The match rates of all predicted structures: a row each, the rates, and a figure."""

import json
from pathlib import Path

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.artifacts import provenance, sha256_of, write_json
    from ccdcgan.core.tables import write_table
    from ccdcgan.crystals.table import Crystals
    from ccdcgan.evaluation.match_rate import PREDICTED, match_rows, summarise
    from ccdcgan.report.figures.match_rate import match_rate_figure
    from ccdcgan.report.figures.style import save

    given, made, params = snakemake.input, snakemake.output, snakemake.params
    predicted = Crystals.read_all(given.shards, PREDICTED)
    summary = summarise(predicted, params.tries)
    write_table(made.rows, match_rows(predicted, params.tries))
    save(match_rate_figure(summary), made.figure)
    notes = {
        "variant": snakemake.wildcards.variant,
        "dropped_from_data": json.loads(Path(given.data).read_text(encoding="utf-8"))["dropped"],
        "pretrained": params.pretrained,
        "networks": {path: sha256_of(path) for path in given.networks},
        "provenance": provenance(snakemake.config, params.seed),
    }
    write_json(made.metrics, {**summary, **notes})
