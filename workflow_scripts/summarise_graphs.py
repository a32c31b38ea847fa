"""All that is known of the graphs of a variant, and the CIFs of their crystals."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.tables import write_table, write_zip
    from ccdcgan.report.summary import cifs, read_asked, summarise
    from ccdcgan.stability.hull import read_hull
    from ccdcgan.stability.outcomes import read_relaxed_crystals, read_screened
    from ccdcgan.stability.screen import read_manifests

    manifest, decoded = read_manifests(snakemake.input.manifests, snakemake.input.crystals)
    rows, relaxed = read_relaxed_crystals(snakemake.input.rows, snakemake.input.relaxed)
    table = summarise(
        read_asked(snakemake.input.graphs),
        manifest,
        read_screened(snakemake.input.screened),
        rows,
        relaxed,
        [read_hull(path) for path in snakemake.input.hulls],
    )
    write_zip(snakemake.output.decoded, cifs(decoded))
    write_zip(snakemake.output.relaxed, cifs(relaxed, symmetrised=True))
    write_table(snakemake.output.rows, table)
