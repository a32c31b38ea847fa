"""Which elements the structures and the generated crystals hold, as tables and figure."""

import logging

from ccdcgan.jobs import job

with job(snakemake):
    from ccdcgan.archives import write_table
    from ccdcgan.figures.elements import (
        densities,
        elements_figure,
        rank_correlations,
        read_formulas,
    )
    from ccdcgan.figures.style import save

    screened = dict(zip(snakemake.params.variants, snakemake.input.screened, strict=True))
    formulas = read_formulas(snakemake.input.structures, screened)
    table = densities(formulas)
    for variant, correlation in rank_correlations(table).items():
        logging.info("%s: rank correlation with the training set %.3f", variant, correlation)
    save(elements_figure(formulas), snakemake.output.figure)
    write_table(snakemake.output.table, table)
