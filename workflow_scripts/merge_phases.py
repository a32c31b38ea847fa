"""Merge the relaxed shards of a unit into its phases."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.artifacts import provenance
    from ccdcgan.crystals.table import read_structures, write_structures
    from ccdcgan.data.prototype_phases import merge_phases

    phases = merge_phases(
        read_structures(snakemake.input.candidates),
        [read_structures(path) for path in snakemake.input.relaxed],
        [read_structures(path) for path in snakemake.input.elements],
        snakemake.params.max_energy,
    )
    write_structures(snakemake.output.table, phases, provenance(snakemake.config))
