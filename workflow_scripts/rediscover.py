"""The known phases that the generator found again, and the funnels of all variants."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.tables import read_each, write_table
    from ccdcgan.evaluation.rediscovery import rediscovered
    from ccdcgan.report.figures.screening import funnel_figure
    from ccdcgan.report.figures.style import save
    from ccdcgan.stability.known_phases import read_known_phases
    from ccdcgan.stability.outcomes import read_screened

    given, params, made = snakemake.input, snakemake.params, snakemake.output
    known = read_known_phases(given.phases, **params.energies)
    screened = read_each(read_screened, params.variants, given.screened)
    write_table(made.rediscovered, rediscovered(known.crystals, screened, params.systems))
    save(funnel_figure(screened), made.funnel)
