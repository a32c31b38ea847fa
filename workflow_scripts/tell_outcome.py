"""What came out of the run, in a table."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.tables import read_each, write_table
    from ccdcgan.report.outcome import outcome
    from ccdcgan.report.summary import read_summary
    from ccdcgan.stability.hull import read_hull

    given, params = snakemake.input, snakemake.params
    table = outcome(
        read_each(read_summary, params.variants, given.summaries),
        read_each(read_hull, params.systems, given.hulls),
        stable_below=params.stable_below,
    )
    write_table(snakemake.output.table, table)
