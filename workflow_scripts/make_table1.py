"""Table 1 of the paper for this run."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.artifacts import write_text
    from ccdcgan.core.tables import read_each, write_table
    from ccdcgan.crystals.energy_schemes import corrected_scheme
    from ccdcgan.report.table1 import table1, table1_html
    from ccdcgan.stability.hull import read_hull
    from ccdcgan.stability.outcomes import read_relaxed, read_screened

    given, params, made = snakemake.input, snakemake.params, snakemake.output
    table = table1(
        read_each(read_hull, params.systems, given.hulls),
        read_each(read_screened, params.variants, given.screened),
        read_each(read_relaxed, params.variants, given.relaxed),
        energies=corrected_scheme(*params.energies),
        keep_unconverged=params.keep_unconverged,
    )
    write_text(made.page, table1_html(table))
    write_table(made.table, table)
