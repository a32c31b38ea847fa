"""The round trip of all structures: a row each, the rates, and a figure."""

import pandas as pd

from ccdcgan.jobs import job

with job(snakemake):
    from ccdcgan.archives import read_table, write_table
    from ccdcgan.artifacts import provenance, write_json
    from ccdcgan.evaluation import evaluate
    from ccdcgan.figures.reconstruction import reconstruction_figure
    from ccdcgan.figures.style import save

    parts = [read_table(path, ["id", "reproduced"], ["id"]) for path in snakemake.input.rows]
    rows = pd.concat(parts, ignore_index=True)
    summary = evaluate(rows)
    write_table(snakemake.output.rows, rows)
    save(reconstruction_figure(summary), snakemake.output.figure)
    write_json(snakemake.output.metrics, {**summary, "provenance": provenance(snakemake.config)})
