"""The elements by the potential: the zero of its formation energies."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.artifacts import provenance
    from ccdcgan.core.journal import Journal, identity
    from ccdcgan.core.schemes import energy_scheme
    from ccdcgan.core.tables import write_table
    from ccdcgan.crystals.table import Crystals
    from ccdcgan.data.labelling import list_elements, relaxer
    from ccdcgan.stability.known_phases import relax_elements

    params, made = snakemake.params, snakemake.output
    journal = Journal(params.journal, identity(snakemake, relaxer))
    phases = relax_elements(
        Crystals.read(snakemake.input.structures),
        params.systems,
        relaxer(params.potential, journal),
        energy_scheme(params.potential),
    )
    phases.write(made.phases, provenance(snakemake.config))
    write_table(made.table, list_elements([phases], params.potential))
    journal.remove()
