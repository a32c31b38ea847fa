"""Fetch the structures of a Matbench dataset."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.artifacts import provenance
    from ccdcgan.crystals.table import write_structures
    from ccdcgan.data.sources.matbench import fetch_matbench

    table = fetch_matbench(
        snakemake.params.settings, snakemake.params.properties, snakemake.params.pages
    )
    notes = provenance(snakemake.config)
    write_structures(snakemake.output.table, table, notes)
