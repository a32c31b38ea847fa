"""Relax every n-th candidate of a unit with the potential."""

from ccdcgan.core.jobs import identity, job

with job(snakemake):
    from ccdcgan.core.artifacts import provenance
    from ccdcgan.core.journal import Journal
    from ccdcgan.crystals.potential import load_calculator
    from ccdcgan.crystals.table import read_structures, write_structures
    from ccdcgan.data.labelling import relax_candidates

    table = read_structures(snakemake.input.candidates)
    table = table[table["dropped"] == ""]
    share = table.iloc[int(snakemake.wildcards.shard) :: snakemake.params.shards]
    potential = snakemake.params.potential
    journal = Journal(snakemake.params.journal, identity(snakemake))
    relaxed = relax_candidates(
        share,
        load_calculator(potential),
        snakemake.params.filters,
        journal,
        fmax=potential["fmax"],
        max_steps=potential["max_steps"],
    )
    write_structures(snakemake.output.table, relaxed, provenance(snakemake.config))
    journal.remove()
