"""Fetch the structures of a filter from an OPTIMADE provider."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.artifacts import provenance
    from ccdcgan.crystals.table import write_structures
    from ccdcgan.data.sources.optimade import fetch_optimade

    table = fetch_optimade(
        snakemake.params.settings, snakemake.params.properties, snakemake.params.pages
    )
    notes = provenance(snakemake.config)
    write_structures(snakemake.output.table, table, notes)
