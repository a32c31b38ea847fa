"""The known phases, by the potential, of the systems of a variant's relaxed crystals."""

from ccdcgan.core.jobs import identity, job

with job(snakemake):
    from ccdcgan.core.artifacts import provenance
    from ccdcgan.core.journal import Journal
    from ccdcgan.crystals.table import read_structures, write_structures
    from ccdcgan.stability.known_phases import phases_of
    from ccdcgan.stability.outcomes import USABLE, read_relaxed

    rows = read_relaxed(snakemake.input.rows)
    journal = Journal(snakemake.params.journal, identity(snakemake))
    phases = phases_of(
        sorted(rows.loc[rows["status"].isin(USABLE), "chemical_system"].unique()),
        read_structures(snakemake.input.structures),
        read_structures(snakemake.input.elements),
        snakemake.params.potential,
        journal,
        snakemake.params.max_above_hull,
    )
    write_structures(snakemake.output.table, phases, provenance(snakemake.config))
    journal.remove()
