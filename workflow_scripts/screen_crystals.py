"""Which graphs of a variant gave valid, unique and novel crystals."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.artifacts import provenance
    from ccdcgan.core.tables import write_table
    from ccdcgan.crystals.table import Crystals
    from ccdcgan.stability.known_phases import compared_phases
    from ccdcgan.stability.screen import funnel, screen

    given, made, params = snakemake.input, snakemake.output, snakemake.params
    crystals = Crystals.read_all(given.crystals)
    structures = Crystals.read(given.structures)
    formulas = crystals["formula"].dropna()
    phases = compared_phases(structures, params.known_phases, formulas=formulas)
    rows = screen(crystals, phases, processes=snakemake.threads)
    crystals.where(rows["novel"]).write(made.novel, provenance(snakemake.config))
    write_table(made.funnel, funnel(rows))
    write_table(made.rows, rows.table)
