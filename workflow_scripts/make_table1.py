"""Table 1 of the paper for this run."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.artifacts import atomic
    from ccdcgan.core.tables import write_table
    from ccdcgan.report.table1 import table1, table1_html
    from ccdcgan.stability.hull import read_hull
    from ccdcgan.stability.outcomes import read_relaxed, read_screened

    variants, systems = snakemake.params.variants, snakemake.params.systems
    table = table1(
        {s: read_hull(path) for s, path in zip(systems, snakemake.input.hulls, strict=True)},
        {v: read_screened(path) for v, path in zip(variants, snakemake.input.rows, strict=True)},
        {v: read_relaxed(path) for v, path in zip(variants, snakemake.input.relaxed, strict=True)},
    )
    with atomic(snakemake.output.page) as temporary:
        temporary.write_text(table1_html(table))
    write_table(snakemake.output.table, table)
