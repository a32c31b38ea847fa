"""Read the phases of the table of known ones within the systems of the run."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.artifacts import provenance
    from ccdcgan.crystals.table import write_structures
    from ccdcgan.data.sources.known_phases import read_known_phases

    params = snakemake.params
    table = read_known_phases(params.known_phases, params.systems, params.properties)
    write_structures(snakemake.output.table, table, provenance(snakemake.config))
