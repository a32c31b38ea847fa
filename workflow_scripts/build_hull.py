"""The known and the redefined convex hull of one system, from a few graphs and from all."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.tables import read_each, write_table
    from ccdcgan.report.figures.hulls import growth_figure, hull_figure
    from ccdcgan.report.figures.style import save
    from ccdcgan.stability.hull import grow_hulls, growth
    from ccdcgan.stability.known_phases import read_known_phases
    from ccdcgan.stability.outcomes import read_relaxed, read_screened

    given, params, made = snakemake.input, snakemake.params, snakemake.output
    variants, graphs = params.variants, params.graphs
    stages = grow_hulls(
        snakemake.wildcards.system,
        read_known_phases(given.phases, elements=given.elements, **params.energies),
        read_each(read_screened, variants, given.screened),
        read_each(read_relaxed, variants, given.relaxed),
        stable_below=params.stable_below,
        keep_unconverged=params.keep_unconverged,
        few=params.few,
        graphs=graphs,
    )
    save(hull_figure(stages[graphs], variants), made.figure)
    save(growth_figure(stages, variants), made.growth_figure)
    write_table(made.growth, growth(stages, variants))
    write_table(made.table, stages[graphs].table)
