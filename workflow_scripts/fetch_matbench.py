"""Fetch the structures of a Matbench dataset."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.artifacts import provenance
    from ccdcgan.core.settings.sources import MatbenchSettings
    from ccdcgan.crystals.table import write_structures
    from ccdcgan.data.sources.matbench import fetch_matbench

    params = snakemake.params
    settings = MatbenchSettings.model_validate(params.settings)
    table = fetch_matbench(settings, params.properties, params.pages)
    notes = provenance(snakemake.config)
    write_structures(snakemake.output.table, table, notes)
