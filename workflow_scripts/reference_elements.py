"""The elements by the potential: the zero of its formation energies."""

from ccdcgan.core.jobs import identity, job

with job(snakemake):
    from ccdcgan.core.artifacts import provenance
    from ccdcgan.core.journal import Journal
    from ccdcgan.core.schemes import energy_scheme
    from ccdcgan.core.tables import write_table
    from ccdcgan.crystals.potential import load_calculator, package_of
    from ccdcgan.crystals.table import read_structures, write_structures
    from ccdcgan.data.formation_energies import element_references
    from ccdcgan.stability.known_phases import element_candidates, relax_known_phases

    potential = snakemake.params.potential
    scheme = energy_scheme(potential)
    journal = Journal(snakemake.params.journal, identity(snakemake))
    phases = relax_known_phases(
        element_candidates(read_structures(snakemake.input.structures), snakemake.params.systems),
        load_calculator(potential),
        journal,
        None,
        scheme=scheme,
        fmax=potential["fmax"],
        max_steps=potential["max_steps"],
    )
    write_structures(snakemake.output.phases, phases, provenance(snakemake.config))
    elements = element_references([phases])
    write_table(
        snakemake.output.table,
        elements.assign(potential=scheme, version=package_of(potential["name"])),
    )
    journal.remove()
