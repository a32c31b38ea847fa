"""Periodic tables of the elements that the structures and the generated crystals hold."""

from ccdcgan.jobs import job

with job(snakemake):
    from ccdcgan.figures.elements import elements_figure, read_formulas
    from ccdcgan.figures.style import save

    screened = dict(zip(snakemake.params.variants, snakemake.input.screened, strict=True))
    formulas = read_formulas(snakemake.input.structures, screened)
    save(elements_figure(formulas), snakemake.output.figure)
