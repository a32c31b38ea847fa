"""Fetch the structures of a filter from an OPTIMADE provider."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.artifacts import provenance
    from ccdcgan.core.settings.sources import OptimadeSettings
    from ccdcgan.crystals.table import write_structures
    from ccdcgan.data.sources.optimade import fetch_optimade

    params = snakemake.params
    settings = OptimadeSettings.model_validate(params.settings)
    table = fetch_optimade(settings, params.properties, params.pages)
    notes = provenance(snakemake.config)
    write_structures(snakemake.output.table, table, notes)
