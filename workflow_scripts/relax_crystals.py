"""One shard of the novel crystals, relaxed by the potential."""

from ccdcgan.core.jobs import identity, job

with job(snakemake):
    from ccdcgan.core.journal import Journal
    from ccdcgan.core.schemes import energy_scheme
    from ccdcgan.core.tables import write_table
    from ccdcgan.crystals.archives import read_crystals, write_crystals
    from ccdcgan.crystals.documents import decode_structure, encode_structure
    from ccdcgan.crystals.potential import load_calculator
    from ccdcgan.crystals.table import read_structures
    from ccdcgan.stability.relax import choose, element_energies, relax_crystals

    potential, settings = snakemake.params.potential, snakemake.params.relax
    novel = read_crystals(snakemake.input.novel)
    chosen = choose(list(novel), settings["max_structures"], seed=snakemake.params.seed)
    mine = chosen[int(snakemake.wildcards.shard) :: settings["shards"]]
    structures = read_structures(snakemake.input.structures)
    journal = Journal(
        snakemake.params.journal,
        identity(snakemake),
        encode=encode_structure,
        decode=decode_structure,
    )
    rows, relaxed = relax_crystals(
        {name: novel[name] for name in mine},
        load_calculator(potential),
        element_energies(snakemake.input.elements, energy_scheme(potential)),
        structures[structures["kind"] == "phase"],
        journal,
        fmax=potential["fmax"],
        max_steps=potential["max_steps"],
    )
    write_crystals(snakemake.output.crystals, relaxed)
    write_table(snakemake.output.rows, rows)
    journal.remove()
