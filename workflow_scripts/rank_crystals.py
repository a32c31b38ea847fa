"""The novel crystals of a variant in the order of their energies above the known hull."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.settings.hardware import HardwareSettings
    from ccdcgan.core.settings.potential import PotentialSettings
    from ccdcgan.core.tables import write_table
    from ccdcgan.crystals.table import Crystals
    from ccdcgan.crystals.worker import Worker
    from ccdcgan.stability.relax import element_energies, rank_crystals

    given, params = snakemake.input, snakemake.params
    potential = PotentialSettings.model_validate(params.potential)
    limits = HardwareSettings.model_validate(snakemake.config["hardware"]).relaxation
    ranked = rank_crystals(
        Crystals.read(given.novel),
        Worker(potential, None, limits, energies_only=True).energy,
        element_energies(given.elements, potential.energy_scheme),
        Crystals.read_first(given.phases),
        corrections=params.corrections,
    )
    write_table(snakemake.output.table, ranked)
