"""The elements by the potential: the zero of its formation energies."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.artifacts import provenance
    from ccdcgan.core.journal import Journal, identity
    from ccdcgan.core.settings.potential import PotentialSettings
    from ccdcgan.core.tables import write_table
    from ccdcgan.crystals.table import Crystals
    from ccdcgan.data.labelling import list_elements, relaxer
    from ccdcgan.stability.known_phases import relax_elements

    params, made = snakemake.params, snakemake.output
    potential = PotentialSettings.model_validate(params.potential)
    journal = Journal(params.journal, identity(snakemake, relaxer))
    phases = relax_elements(
        Crystals.read(snakemake.input.structures),
        params.systems,
        relaxer(potential, journal),
        potential.energy_scheme,
    )
    phases.write(made.phases, provenance(snakemake.config))
    write_table(made.table, list_elements([phases], potential))
    journal.remove()
