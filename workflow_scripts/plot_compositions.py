"""Energies against space groups of the compositions that were asked for."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.tables import read_each
    from ccdcgan.report.figures.compositions import compositions_figure
    from ccdcgan.report.figures.style import save
    from ccdcgan.report.summary import read_summary

    params = snakemake.params
    rows = read_each(read_summary, params.variants, snakemake.input.summaries)
    save(compositions_figure(rows, params.asked), snakemake.output.figure)
