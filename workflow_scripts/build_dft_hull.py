"""The convex hulls of one system on DFT energies, as tables, structures and figure."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.artifacts import provenance
    from ccdcgan.core.settings.dft import EnergySettings
    from ccdcgan.core.tables import write_table
    from ccdcgan.crystals.table import ATOMS
    from ccdcgan.dft.energies import dft_hulls, read_energies
    from ccdcgan.report.figures.hulls import hull_figure
    from ccdcgan.report.figures.style import save

    given, params, made = snakemake.input, snakemake.params, snakemake.output
    corrections = EnergySettings.model_validate(params.energies).applied
    energies = read_energies(given.calculations, given.runs, corrections=corrections)
    hulls = dft_hulls(snakemake.wildcards.system, energies, stable_below=params.stable_below)
    save(hull_figure(hulls, params.variants), made.figure)
    energies.write(made.crystals, provenance(snakemake.config))
    write_table(made.energies, energies.table.drop(columns=list(ATOMS)))
    write_table(made.table, hulls.table)
