"""The phases and copies of all units in the table of the source `prototypes`."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.artifacts import provenance
    from ccdcgan.crystals.table import read_records, write_structures
    from ccdcgan.data.prototype_phases import merge_prototypes

    given, params = snakemake.input, snakemake.params
    table = merge_prototypes(
        list(map(read_records, given.phases)),
        list(map(read_records, given.copies)),
        potential=params.potential,
        max_energy=params.max_energy,
    )
    write_structures(snakemake.output.table, table, provenance(snakemake.config))
