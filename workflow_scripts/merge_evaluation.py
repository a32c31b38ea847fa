"""The round trip of all structures: a row each, the rates, and pictures."""

from ccdcgan.jobs import job

with job(snakemake):
    import pandas as pd

    from ccdcgan.archives import read_crystals, read_table, write_table
    from ccdcgan.artifacts import provenance, write_json
    from ccdcgan.evaluation import evaluate, examples
    from ccdcgan.figures.crystals import pairs_figure
    from ccdcgan.figures.reconstruction import reconstruction_figure
    from ccdcgan.figures.style import save
    from ccdcgan.structures import read_structures

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
