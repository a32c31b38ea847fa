"""Read the structures of a file or folder."""

from ccdcgan.jobs import job

with job(snakemake):
    from ccdcgan.artifacts import provenance
    from ccdcgan.sources.local import read_local
    from ccdcgan.structures import write_structures

    data = snakemake.params.data
    table = read_local(
        snakemake.input.path, snakemake.params.properties, data["columns"], data["energy_scheme"]
    )
    notes = provenance(snakemake.config) | {"path": snakemake.input.path}
    write_structures(snakemake.output.table, table, notes)
