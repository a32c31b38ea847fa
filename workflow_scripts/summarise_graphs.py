"""All that is known of the graphs of a variant, and the CIFs of their crystals."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.tables import write_table, write_zip
    from ccdcgan.crystals.table import Crystals
    from ccdcgan.report.cifs import cifs
    from ccdcgan.report.graph_fates import read_asked, summarise
    from ccdcgan.stability.hull import read_hull
    from ccdcgan.stability.outcomes import read_relaxed, read_screened

    given, made = snakemake.input, snakemake.output
    crystals, relaxed = Crystals.read_all(given.crystals), read_relaxed(given.relaxed)
    table = summarise(
        read_asked(given.graphs),
        crystals,
        read_screened(given.screened),
        relaxed,
        list(map(read_hull, given.hulls)),
    )
    write_zip(made.decoded, cifs(crystals))
    write_zip(made.relaxed, cifs(relaxed, snakemake.params.symprec))
    write_table(made.rows, table)
