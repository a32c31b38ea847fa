"""The known phases of a system by the potential: its elements and the compounds of the data."""

from ccdcgan.jobs import identity, job

with job(snakemake):
    import pandas as pd

    from ccdcgan.artifacts import provenance
    from ccdcgan.config import energy_scheme
    from ccdcgan.journal import Journal
    from ccdcgan.potential import load_calculator
    from ccdcgan.references import reference_phases, system_candidates, within
    from ccdcgan.structures import read_structures, write_structures

    potential, system = snakemake.params.potential, snakemake.wildcards.system
    elements = within(read_structures(snakemake.input.elements), system)
    journal = Journal(snakemake.params.journal, identity(snakemake))
    compounds = reference_phases(
        system_candidates(read_structures(snakemake.input.structures), system),
        load_calculator(potential),
        journal,
        elements,
        scheme=energy_scheme(potential),
        fmax=potential["fmax"],
        max_steps=potential["max_steps"],
    )
    parts = [part for part in (elements, compounds) if len(part)]
    phases = pd.concat(parts or [elements], ignore_index=True)
    write_structures(snakemake.output.table, phases, provenance(snakemake.config))
    journal.remove()
