"""One shard of crystals with exchanged elements, with their energies by the potential."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.artifacts import provenance
    from ccdcgan.core.journal import Journal, identity
    from ccdcgan.core.settings.constraint import ExchangeLabelSettings
    from ccdcgan.core.settings.hardware import HardwareSettings
    from ccdcgan.core.settings.potential import PotentialSettings
    from ccdcgan.crystals.potential import package_of
    from ccdcgan.crystals.table import Crystals
    from ccdcgan.crystals.templates import STRUCTURE_TYPE
    from ccdcgan.crystals.worker import Worker
    from ccdcgan.generation.exchange_labels import formulas_kept_out, label_exchanges
    from ccdcgan.networks.files import load_model
    from ccdcgan.networks.refiner import Refiner

    given, params = snakemake.input, snakemake.params
    potential = PotentialSettings.model_validate(params.potential)
    version = package_of(potential.name)
    limits = HardwareSettings.model_validate(snakemake.config["hardware"]).relaxation
    journal = Journal(params.journal, identity(snakemake, label_exchanges, version=version))
    labelled = label_exchanges(
        Crystals.read(given.templates, [STRUCTURE_TYPE]),
        load_model(given.refiner, Refiner),
        Worker(potential, None, limits, energies_only=True).energy,
        ExchangeLabelSettings.model_validate(params.settings),
        journal,
        kept_out=formulas_kept_out(Crystals.read(given.structures), params.known_phases),
        known=params.known_phases,
        scheme=potential.energy_scheme,
        version=version,
        corrections=params.corrections,
        shard=int(snakemake.wildcards.shard),
        seed=params.seed,
    )
    labelled.write(snakemake.output.exchanges, provenance(snakemake.config, params.seed))
    journal.remove()
