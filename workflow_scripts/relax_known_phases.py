"""The known phases of some systems by the potential: elements and compounds of the data."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.artifacts import provenance
    from ccdcgan.core.journal import Journal, identity
    from ccdcgan.core.settings.potential import PotentialSettings
    from ccdcgan.crystals.table import Crystals
    from ccdcgan.data.labelling import relaxer
    from ccdcgan.stability.known_phases import relax_known_phases, systems_of

    given, params = snakemake.input, snakemake.params
    potential = PotentialSettings.model_validate(params.potential)
    journal = Journal(params.journal, identity(snakemake, relaxer))
    phases = relax_known_phases(
        Crystals.read(given.structures),
        Crystals.read(given.elements),
        relaxer(potential, journal),
        potential.energy_scheme,
        systems=params.systems or systems_of(given.relaxed),
        max_above_hull=params.max_above_hull,
    )
    phases.write(snakemake.output.table, provenance(snakemake.config))
    journal.remove()
