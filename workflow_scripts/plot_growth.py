"""The hull of one system from a few graphs beside that from all of them."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.tables import write_table
    from ccdcgan.report.figures.hulls import growth_figure
    from ccdcgan.report.figures.style import save
    from ccdcgan.stability.hull import build_hulls, growth
    from ccdcgan.stability.known_phases import known_phases
    from ccdcgan.stability.outcomes import of_first_graphs, read_relaxed_crystals, read_screened

    variants, graphs = snakemake.params.variants, snakemake.params.graphs
    potential = snakemake.params.potential
    phases, scheme = known_phases(
        snakemake.input.phases, potential=potential, reference=snakemake.params.reference
    )
    screened = {
        v: read_screened(path) for v, path in zip(variants, snakemake.input.screened, strict=True)
    }
    pairs = zip(snakemake.input.rows, snakemake.input.crystals, strict=True)
    held = [read_relaxed_crystals(*paths) for paths in pairs]
    relaxed = {variant: rows for variant, (rows, _) in zip(variants, held, strict=True)}
    stages = {
        count: build_hulls(
            snakemake.wildcards.system,
            phases,
            {variant: of_first_graphs(rows, count) for variant, rows in screened.items()},
            {variant: of_first_graphs(rows, count) for variant, rows in relaxed.items()},
            {name: crystal for _, crystals in held for name, crystal in crystals.items()},
            stable_below=snakemake.params.stable_below,
            apart="" if scheme == potential else potential,
        )
        for count in (max(1, round(snakemake.params.few * graphs)), graphs)
    }
    save(growth_figure(stages, variants), snakemake.output.figure)
    write_table(snakemake.output.table, growth(stages, variants))
