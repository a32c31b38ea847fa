"""The known phases of some systems by the potential: elements and compounds."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.artifacts import provenance
    from ccdcgan.core.journal import Journal, identity
    from ccdcgan.core.settings.hardware import HardwareSettings
    from ccdcgan.crystals.table import Crystals
    from ccdcgan.data.labelling import relaxer
    from ccdcgan.stability.competing import Judge

    given, params = snakemake.input, snakemake.params
    journal = Journal(params.journal, identity(snakemake, relaxer))
    limits = HardwareSettings.model_validate(snakemake.config["hardware"]).relaxation
    judge = Judge.load(
        params.potential, journal, params.known_phases, limits=limits, **params.known
    )
    phases = judge.relax_known_phases(
        Crystals.read(given.structures), Crystals.read(given.elements), params.systems
    )
    phases.write(snakemake.output.table, provenance(snakemake.config))
    journal.remove()
