"""Fetch the structures of a Matbench dataset."""

from ccdcgan.jobs import job

with job(snakemake):
    from ccdcgan.artifacts import provenance
    from ccdcgan.sources.matbench import fetch_matbench
    from ccdcgan.structures import write_structures

    table = fetch_matbench(
        snakemake.params.settings, snakemake.params.properties, snakemake.params.pages
    )
    notes = provenance(snakemake.config)
    write_structures(snakemake.output.table, table, notes)
