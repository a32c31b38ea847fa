"""Put the phases and copies of all units into the table of the source `prototypes`."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.artifacts import provenance
    from ccdcgan.crystals.table import read_structures, write_structures
    from ccdcgan.data.prototype_phases import merge_prototypes

    params = snakemake.params
    table = merge_prototypes(
        [read_structures(path) for path in snakemake.input.phases],
        [read_structures(path) for path in snakemake.input.copies],
        potential=params.potential,
        max_energy=params.max_energy,
    )
    write_structures(snakemake.output.table, table, provenance(snakemake.config))
