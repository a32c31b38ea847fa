"""Strain and rattle the phases of a unit and label the copies with the potential."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.artifacts import provenance
    from ccdcgan.core.settings.filters import FilterSettings
    from ccdcgan.core.settings.hardware import HardwareSettings
    from ccdcgan.core.settings.potential import PotentialSettings
    from ccdcgan.core.settings.prototypes import CopySettings
    from ccdcgan.crystals.table import Crystals
    from ccdcgan.crystals.worker import Worker
    from ccdcgan.data.labelling import label_copies

    params = snakemake.params
    potential = PotentialSettings.model_validate(params.potential)
    limits = HardwareSettings.model_validate(snakemake.config["hardware"]).relaxation
    copies = label_copies(
        Crystals.read(snakemake.input.phases).kept(),
        Worker(potential, None, limits).energy,
        FilterSettings.model_validate(params.filters),
        CopySettings.model_validate(params.copies),
        params.seed,
    )
    copies.write(snakemake.output.table, provenance(snakemake.config, params.seed))
