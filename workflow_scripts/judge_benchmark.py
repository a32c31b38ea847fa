"""Energies above the known hulls, by one potential, of the crystals of the benchmark."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.settings.hardware import HardwareSettings
    from ccdcgan.core.settings.potential import PotentialSettings
    from ccdcgan.core.tables import write_table
    from ccdcgan.crystals.potential import package_of
    from ccdcgan.crystals.table import Crystals
    from ccdcgan.crystals.worker import Worker
    from ccdcgan.stability.static_hulls import above_static_hulls

    params = snakemake.params
    potential = PotentialSettings.model_validate(params.potential)
    limits = HardwareSettings.model_validate(snakemake.config["hardware"]).relaxation
    found = above_static_hulls(
        Crystals.read(snakemake.input.crystals),
        params.known_phases,
        Worker(potential, None, limits, energies_only=True).energy,
        scheme=potential.energy_scheme,
        version=package_of(potential.name),
        corrections=params.corrections,
    )
    write_table(snakemake.output.table, found)
