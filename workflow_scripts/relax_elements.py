"""The elements by the potential: the zero of its formation energies."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.artifacts import provenance
    from ccdcgan.core.journal import Journal, identity
    from ccdcgan.core.settings.hardware import HardwareSettings
    from ccdcgan.core.tables import write_table
    from ccdcgan.crystals.table import Crystals
    from ccdcgan.data.labelling import list_elements, relaxer
    from ccdcgan.stability.competing import Judge

    params, made = snakemake.params, snakemake.output
    journal = Journal(params.journal, identity(snakemake, relaxer))
    limits = HardwareSettings.model_validate(snakemake.config["hardware"]).relaxation
    judge = Judge.load(
        params.potential, journal, params.known_phases, limits=limits, **params.known
    )
    structures = Crystals.read(snakemake.input.structures)
    systems = params.systems or structures.with_structure()["chemical_system"].unique()
    phases = judge.relax_elements(structures, systems)
    phases.write(made.phases, provenance(snakemake.config))
    write_table(made.table, list_elements([phases], judge.potential))
    journal.remove()
