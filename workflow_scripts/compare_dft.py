"""Energies by DFT beside those by the potential, of all systems."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.artifacts import provenance, write_json
    from ccdcgan.core.tables import write_table
    from ccdcgan.crystals.table import Crystals
    from ccdcgan.evaluation.dft_parity import parity_rows, parity_summary
    from ccdcgan.report.figures.dft_parity import dft_parity_figure
    from ccdcgan.report.figures.style import save
    from ccdcgan.stability.hull import read_hull

    given, params, made = snakemake.input, snakemake.params, snakemake.output
    rows = parity_rows(
        dict(zip(params.systems, map(Crystals.read, given.energies), strict=True)),
        dict(zip(params.systems, map(read_hull, given.hulls), strict=True)),
        dict(zip(params.systems, map(read_hull, given.potential_hulls), strict=True)),
    )
    save(dft_parity_figure(rows, params.potential), made.figure)
    notes = {"potential": params.potential, "provenance": provenance(snakemake.config)}
    write_json(made.summary, {**parity_summary(rows), **notes})
    write_table(made.table, rows)
