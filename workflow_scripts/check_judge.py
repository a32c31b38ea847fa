"""Energies above the hull by the potential beside those by DFT."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.artifacts import provenance, write_json
    from ccdcgan.core.tables import write_table
    from ccdcgan.crystals.table import Crystals
    from ccdcgan.evaluation.judge_check import judge_rows, judge_summary
    from ccdcgan.report.figures.judge import judge_figure
    from ccdcgan.report.figures.style import save
    from ccdcgan.stability.known_phases import read_known_phases
    from ccdcgan.stability.outcomes import merge_shards

    given, params, made = snakemake.input, snakemake.params, snakemake.output
    known = read_known_phases(given.phases, elements=given.elements, **params.energies)
    rows = judge_rows(Crystals.read(given.judged), merge_shards(given.relaxed), known)
    save(judge_figure(rows, known.label), made.figure)
    notes = {"energies": known.label, "provenance": provenance(snakemake.config)}
    write_json(made.summary, {**judge_summary(rows), **notes})
    write_table(made.rows, rows)
