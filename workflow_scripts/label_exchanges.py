"""One shard of crystals with exchanged elements, with their energies by the potential."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.artifacts import provenance
    from ccdcgan.core.journal import Journal, identity
    from ccdcgan.core.settings.hardware import HardwareSettings
    from ccdcgan.core.settings.potential import PotentialSettings
    from ccdcgan.crystals.potential import package_of
    from ccdcgan.crystals.table import Crystals
    from ccdcgan.crystals.worker import Worker
    from ccdcgan.stability.exchange_labels import label_exchanges

    given, params = snakemake.input, snakemake.params
    potential = PotentialSettings.model_validate(params.potential)
    version = package_of(potential.name)
    limits = HardwareSettings.model_validate(snakemake.config["hardware"]).relaxation
    journal = Journal(params.journal, identity(snakemake, label_exchanges, version=version))
    labelled = label_exchanges(
        Crystals.read(given.drawn),
        Crystals.read(given.templates),
        Worker(potential, None, limits, energies_only=True).energy,
        journal,
        known=params.known_phases,
        scheme=potential.energy_scheme,
        version=version,
        corrections=params.corrections,
    )
    labelled.write(snakemake.output.exchanges, provenance(snakemake.config))
    journal.remove()
