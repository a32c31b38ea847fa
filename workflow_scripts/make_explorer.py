"""The page on which all graphs, crystals and hulls of a run can be looked at."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.artifacts import write_text
    from ccdcgan.core.tables import read_each
    from ccdcgan.crystals.table import Crystals
    from ccdcgan.report.explorer import explorer_data, explorer_page
    from ccdcgan.report.summary import read_summary
    from ccdcgan.stability.hull import read_hull
    from ccdcgan.stability.known_phases import read_known_phases
    from ccdcgan.stability.outcomes import read_relaxed

    given, params = snakemake.input, snakemake.params
    data = explorer_data(
        read_each(read_summary, params.variants, given.summaries),
        Crystals.read_all(given.crystals),
        Crystals.join(map(read_relaxed, given.relaxed)),
        read_each(read_hull, params.systems, given.hulls),
        read_known_phases(given.phases, elements=given.elements, **params.energies),
    )
    write_text(snakemake.output.page, explorer_page(data))
