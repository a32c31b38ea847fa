"""The elements by the potential: the zero of its formation energies."""

from ccdcgan.jobs import identity, job

with job(snakemake):
    from ccdcgan.archives import write_table
    from ccdcgan.artifacts import provenance
    from ccdcgan.config import energy_scheme
    from ccdcgan.journal import Journal
    from ccdcgan.phases import element_references
    from ccdcgan.potential import load_calculator, package_of
    from ccdcgan.references import element_candidates, reference_phases
    from ccdcgan.structures import read_structures, write_structures

    potential = snakemake.params.potential
    scheme = energy_scheme(potential)
    journal = Journal(snakemake.params.journal, identity(snakemake))
    phases = reference_phases(
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
