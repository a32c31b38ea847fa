"""Formation energies and sizes of the training set's structures."""

from ccdcgan.jobs import job

with job(snakemake):
    from ccdcgan.figures.structures import structures_figure
    from ccdcgan.figures.style import save
    from ccdcgan.structures import read_structures

    table = read_structures(snakemake.input.table)
    save(structures_figure(table, snakemake.params.systems), snakemake.output.figure)
