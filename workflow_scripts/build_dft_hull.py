"""The convex hulls of one system on DFT energies, as tables, structures and figure."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.tables import write_table
    from ccdcgan.crystals.archives import write_crystals
    from ccdcgan.dft.energies import dft_hulls, read_energies
    from ccdcgan.report.figures.hulls import hull_figure
    from ccdcgan.report.figures.style import save

    table, crystals = read_energies(snakemake.input.calculations, snakemake.input.rows)
    hulls = dft_hulls(
        snakemake.wildcards.system, table, crystals, stable_below=snakemake.params.stable_below
    )
    write_table(snakemake.output.energies, table)
    write_crystals(snakemake.output.crystals, crystals)
    write_table(snakemake.output.table, hulls.table)
    save(hull_figure(hulls, snakemake.params.variants, crystals), snakemake.output.figure)
