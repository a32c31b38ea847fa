"""The round trip of all structures: a row each, the rates, and pictures."""

from ccdcgan.core.jobs import job

with job(snakemake):
    import pandas as pd

    from ccdcgan.core.artifacts import provenance, write_json
    from ccdcgan.core.tables import read_table, write_table
    from ccdcgan.crystals.archives import read_crystals
    from ccdcgan.crystals.table import read_structures
    from ccdcgan.evaluation.round_trip import evaluate, examples
    from ccdcgan.report.figures.crystals import pairs_figure
    from ccdcgan.report.figures.reconstruction import reconstruction_figure
    from ccdcgan.report.figures.style import save

    seed = snakemake.params.seed
    parts = [read_table(path, ["id", "reproduced"], ["id"]) for path in snakemake.input.rows]
    rows = pd.concat([part for part in parts if len(part)], ignore_index=True)
    crystals = {}
    for path in snakemake.input.crystals:
        crystals |= read_crystals(path)
    summary = evaluate(rows)
    shown = examples(rows, read_structures(snakemake.input.structures), crystals, 10, seed)
    write_table(snakemake.output.rows, rows)
    save(reconstruction_figure(summary), snakemake.output.figure)
    save(pairs_figure(shown["random"]), snakemake.output.random)
    save(pairs_figure(shown["worst"]), snakemake.output.worst)
    notes = provenance(snakemake.config, seed)
    write_json(snakemake.output.metrics, {**summary, "provenance": notes})
