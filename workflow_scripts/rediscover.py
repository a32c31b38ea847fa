"""The known phases that the generator found again, and the funnels of all variants."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.tables import write_table
    from ccdcgan.evaluation.rediscovery import rediscovered
    from ccdcgan.report.figures.screening import funnel_figure
    from ccdcgan.report.figures.style import save
    from ccdcgan.stability.known_phases import known_phases
    from ccdcgan.stability.outcomes import read_screened
    from ccdcgan.stability.screen import funnel

    variants = snakemake.params.variants
    paths = zip(variants, snakemake.input.rows, strict=True)
    screened = {variant: read_screened(path) for variant, path in paths}
    phases, _ = known_phases(
        snakemake.input.phases,
        potential=snakemake.params.potential,
        reference=snakemake.params.reference,
    )
    found = rediscovered(phases, screened, snakemake.params.systems)
    save(
        funnel_figure({variant: funnel(rows) for variant, rows in screened.items()}),
        snakemake.output.funnel,
    )
    write_table(snakemake.output.rediscovered, found)
