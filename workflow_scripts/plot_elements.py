"""Which elements the structures and the generated crystals hold, as tables and figure."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.tables import read_each, write_table
    from ccdcgan.crystals.table import Crystals
    from ccdcgan.evaluation.elements import densities, formulas_of
    from ccdcgan.report.figures.elements import elements_figure
    from ccdcgan.report.figures.style import save
    from ccdcgan.stability.outcomes import read_screened

    given, made = snakemake.input, snakemake.output
    screened = read_each(read_screened, snakemake.params.variants, given.screened)
    formulas = formulas_of(Crystals.read(given.structures), screened)
    save(elements_figure(formulas), made.figure)
    write_table(made.table, densities(formulas))
