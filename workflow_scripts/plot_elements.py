"""Which elements the structures and the generated crystals hold, as tables and figure."""

import logging

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.tables import write_table
    from ccdcgan.evaluation.elements import densities, rank_correlations
    from ccdcgan.report.figures.elements import elements_figure, read_formulas
    from ccdcgan.report.figures.style import save

    screened = dict(zip(snakemake.params.variants, snakemake.input.screened, strict=True))
    formulas = read_formulas(snakemake.input.structures, screened)
    table = densities(formulas)
    for variant, correlation in rank_correlations(table).items():
        logging.info("%s: rank correlation with the training set %.3f", variant, correlation)
    save(elements_figure(formulas), snakemake.output.figure)
    write_table(snakemake.output.table, table)
