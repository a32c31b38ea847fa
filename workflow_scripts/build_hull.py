"""The known and the redefined convex hull of one system, as table and figure."""

from ccdcgan.jobs import job

with job(snakemake):
    from ccdcgan.archives import write_table
    from ccdcgan.figures.hulls import hull_figure
    from ccdcgan.figures.style import save
    from ccdcgan.hull import build_hulls
    from ccdcgan.outcomes import read_relaxed_crystals, read_screened
    from ccdcgan.structures import of_scheme, read_structures

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
    hulls = build_hulls(
        snakemake.wildcards.system,
        of_scheme(read_structures(snakemake.input.structures), snakemake.params.potential),
        screened,
        relaxed,
        crystals,
        stable_below=snakemake.params.stable_below,
    )
    save(hull_figure(hulls, variants, crystals), snakemake.output.figure)
    write_table(snakemake.output.table, hulls.table)
