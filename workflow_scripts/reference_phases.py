"""The known phases of a system by the potential: its elements and the compounds of the data."""

from ccdcgan.core.jobs import identity, job

with job(snakemake):
    from ccdcgan.core.artifacts import provenance
    from ccdcgan.core.journal import Journal
    from ccdcgan.crystals.table import read_structures, write_structures
    from ccdcgan.stability.known_phases import phases_of

    journal = Journal(snakemake.params.journal, identity(snakemake))
    phases = phases_of(
        [snakemake.wildcards.system],
        read_structures(snakemake.input.structures),
        read_structures(snakemake.input.elements),
        snakemake.params.potential,
        journal,
    )
    write_structures(snakemake.output.table, phases, provenance(snakemake.config))
    journal.remove()
