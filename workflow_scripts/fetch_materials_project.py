"""Fetch the structures of a query to the Materials Project."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.artifacts import provenance
    from ccdcgan.core.settings.sources import MaterialsProjectSettings
    from ccdcgan.crystals.table import write_structures
    from ccdcgan.data.sources.materials_project import fetch_materials_project

    params = snakemake.params
    settings = MaterialsProjectSettings.model_validate(params.settings)
    table, version = fetch_materials_project(settings, params.properties, params.pages)
    notes = provenance(snakemake.config) | {"database_version": version}
    write_structures(snakemake.output.table, table, notes)
