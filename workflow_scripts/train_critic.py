"""What keeps the compositions that constraints choose like those of the training crystals."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.artifacts import provenance
    from ccdcgan.core.settings.constraint import ConstraintProperty
    from ccdcgan.core.settings.generation import GenerateSettings
    from ccdcgan.generation.critic import train_critic

    params = snakemake.params
    train_critic(
        snakemake.output[0],
        GenerateSettings.model_validate(params.generate),
        templates=snakemake.input.templates,
        constraints=snakemake.input.constraints,
        properties=list(map(ConstraintProperty.model_validate, params.properties)),
        known_phases=params.known_phases,
        seed=params.seed,
        notes=provenance(snakemake.config, params.seed),
    )
