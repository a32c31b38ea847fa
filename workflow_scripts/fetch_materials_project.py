"""Fetch the structures of a query to the Materials Project."""

from ccdcgan.jobs import job

with job(snakemake):
    from ccdcgan.artifacts import provenance
    from ccdcgan.sources.materials_project import fetch_materials_project
    from ccdcgan.structures import write_structures

    table, version = fetch_materials_project(
        snakemake.params.settings, snakemake.params.properties, snakemake.params.pages
    )
    notes = provenance(snakemake.config) | {"database_version": version}
    write_structures(snakemake.output.table, table, notes)
