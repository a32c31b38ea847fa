"""Properties, sizes and elements of the training set's structures."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.crystals.table import Crystals
    from ccdcgan.report.figures.structures import element_counts_figure, structures_figure
    from ccdcgan.report.figures.style import save

    params, made = snakemake.params, snakemake.output
    structures = Crystals.read(snakemake.input.table)
    save(structures_figure(structures, params.units, params.systems), made.figure)
    save(element_counts_figure(structures), made.elements)
