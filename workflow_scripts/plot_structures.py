"""Properties, sizes and elements of the training set's structures."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.crystals.table import read_structures
    from ccdcgan.report.figures.structures import element_counts_figure, structures_figure
    from ccdcgan.report.figures.style import save

    params = snakemake.params
    table = read_structures(snakemake.input.table)
    save(structures_figure(table, params.units, params.systems), snakemake.output.figure)
    save(element_counts_figure(table), snakemake.output.elements)
