"""Strain and rattle the phases of a unit and label the copies with the potential."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.artifacts import provenance
    from ccdcgan.core.settings.filters import FilterSettings
    from ccdcgan.core.settings.potential import PotentialSettings
    from ccdcgan.core.settings.prototypes import CopySettings
    from ccdcgan.crystals.potential import load_calculator
    from ccdcgan.crystals.table import Crystals
    from ccdcgan.data.labelling import label_copies

    params = snakemake.params
    copies = label_copies(
        Crystals.read(snakemake.input.phases).kept(),
        load_calculator(PotentialSettings.model_validate(params.potential)),
        FilterSettings.model_validate(params.filters),
        CopySettings.model_validate(params.copies),
        params.seed,
    )
    copies.write(snakemake.output.table, provenance(snakemake.config, params.seed))
