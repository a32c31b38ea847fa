"""Fetch the structures of a filter from an OPTIMADE provider."""

from ccdcgan.jobs import job

with job(snakemake):
    from ccdcgan.artifacts import provenance
    from ccdcgan.sources.optimade import fetch_optimade
    from ccdcgan.structures import write_structures

    table = fetch_optimade(
        snakemake.params.settings, snakemake.params.properties, snakemake.params.pages
    )
    notes = provenance(snakemake.config)
    write_structures(snakemake.output.table, table, notes)
