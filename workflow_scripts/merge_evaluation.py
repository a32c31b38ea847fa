"""The round trip of all structures: a row each, the rates, and pictures."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.artifacts import provenance, write_json
    from ccdcgan.core.tables import write_table
    from ccdcgan.crystals.table import Crystals
    from ccdcgan.evaluation.round_trip_metrics import COLUMNS, evaluate, examples
    from ccdcgan.report.figures.crystals import pairs_figure
    from ccdcgan.report.figures.reconstruction import reconstruction_figure
    from ccdcgan.report.figures.style import save

    given, made, seed = snakemake.input, snakemake.output, snakemake.params.seed
    returned = Crystals.read_all(given.shards, COLUMNS)
    summary = evaluate(returned.table)
    shown = examples(returned, Crystals.read(given.structures), 10, seed)
    write_table(made.rows, returned.table[list(COLUMNS)])
    save(reconstruction_figure(summary), made.figure)
    save(pairs_figure(shown["random"]), made.random)
    save(pairs_figure(shown["worst"]), made.worst)
    write_json(made.metrics, {**summary, "provenance": provenance(snakemake.config, seed)})
