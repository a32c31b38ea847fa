"""The known phases of a system by the potential: its elements and the compounds of the data."""

from ccdcgan.jobs import identity, job

with job(snakemake):
    from ccdcgan.artifacts import provenance
    from ccdcgan.journal import Journal
    from ccdcgan.references import phases_of
    from ccdcgan.structures import read_structures, write_structures

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
