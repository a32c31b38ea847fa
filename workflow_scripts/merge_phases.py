"""The phases of a unit, from its relaxed shards."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.artifacts import provenance
    from ccdcgan.crystals.table import read_records, write_structures
    from ccdcgan.data.prototype_phases import merge_phases

    given = snakemake.input
    phases = merge_phases(
        read_records(given.candidates),
        list(map(read_records, given.relaxed)),
        list(map(read_records, given.elements)),
        snakemake.params.max_energy,
    )
    write_structures(snakemake.output.table, phases, provenance(snakemake.config))
