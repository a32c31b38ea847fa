"""Read the structures of a file or folder."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.artifacts import provenance
    from ccdcgan.crystals.table import write_structures
    from ccdcgan.data.sources.local import read_local

    data = snakemake.params.data
    table = read_local(
        snakemake.input.path, snakemake.params.properties, data["columns"], data["energy_scheme"]
    )
    notes = provenance(snakemake.config) | {"path": snakemake.input.path}
    write_structures(snakemake.output.table, table, notes)
