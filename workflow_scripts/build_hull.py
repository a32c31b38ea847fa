"""The known and the redefined convex hull of one system, as table and figure."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.tables import write_table
    from ccdcgan.report.figures.hulls import hull_figure
    from ccdcgan.report.figures.style import save
    from ccdcgan.stability.hull import build_hulls
    from ccdcgan.stability.known_phases import energies_label, known_phases
    from ccdcgan.stability.outcomes import read_relaxed_crystals, read_screened

    variants = snakemake.params.variants
    screened, relaxed, crystals = {}, {}, {}
    files = zip(
        variants,
        snakemake.input.screened,
        snakemake.input.rows,
        snakemake.input.crystals,
        strict=True,
    )
    for variant, screen_path, rows_path, crystals_path in files:
        screened[variant] = read_screened(screen_path)
        relaxed[variant], found = read_relaxed_crystals(rows_path, crystals_path)
        crystals |= found
    potential = snakemake.params.potential
    phases, scheme = known_phases(
        snakemake.input.phases, potential=potential, reference=snakemake.params.reference
    )
    hulls = build_hulls(
        snakemake.wildcards.system,
        phases,
        screened,
        relaxed,
        crystals,
        stable_below=snakemake.params.stable_below,
        energies=energies_label(phases, scheme, potential, snakemake.input.elements),
        apart="" if scheme == potential else potential,
    )
    save(hull_figure(hulls, variants, crystals), snakemake.output.figure)
    write_table(snakemake.output.table, hulls.table)
