"""The elements by the potential: the zero of its formation energies."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.artifacts import provenance
    from ccdcgan.core.journal import Journal, identity
    from ccdcgan.core.settings.hardware import HardwareSettings
    from ccdcgan.core.settings.potential import PotentialSettings
    from ccdcgan.core.tables import write_table
    from ccdcgan.crystals.table import Crystals
    from ccdcgan.data.labelling import list_elements, relaxer
    from ccdcgan.stability.competing import Judge

    params, made = snakemake.params, snakemake.output
    potential = PotentialSettings.model_validate(params.potential)
    hardware = HardwareSettings.model_validate(snakemake.config["hardware"])
    journal = Journal(params.journal, identity(snakemake, relaxer))
    # As DFT did, symmetry is kept.
    relax = relaxer(potential, journal, keep_symmetry=True, limits=hardware.relaxation)
    judge = Judge(potential, relax, params.known_phases, **params.known)
    structures = Crystals.read(snakemake.input.structures)
    systems = params.systems or structures.with_structure()["chemical_system"].unique()
    phases = judge.relax_elements(structures, systems)
    phases.write(made.phases, provenance(snakemake.config))
    write_table(made.table, list_elements([phases], potential))
    journal.remove()
