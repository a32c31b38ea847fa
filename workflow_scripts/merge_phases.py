"""Merge the relaxed shards of a unit into its phases."""

from ccdcgan.jobs import job

with job(snakemake):
    from ccdcgan.artifacts import provenance
    from ccdcgan.phases import merge_phases
    from ccdcgan.structures import read_structures, write_structures

    phases = merge_phases(
        read_structures(snakemake.input.candidates),
        [read_structures(path) for path in snakemake.input.relaxed],
        [read_structures(path) for path in snakemake.input.elements],
        snakemake.params.max_energy,
    )
    write_structures(snakemake.output.table, phases, provenance(snakemake.config))
