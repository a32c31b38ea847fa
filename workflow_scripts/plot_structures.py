"""Properties, sizes and elements of the training set's structures."""

from ccdcgan.jobs import job

with job(snakemake):
    from ccdcgan.figures.structures import element_counts_figure, structures_figure
    from ccdcgan.figures.style import save
    from ccdcgan.structures import read_structures

    params = snakemake.params
    table = read_structures(snakemake.input.table)
    save(structures_figure(table, params.units, params.systems), snakemake.output.figure)
    save(element_counts_figure(table), snakemake.output.elements)
