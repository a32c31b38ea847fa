"""One shard of crystal graphs of a variant."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.artifacts import provenance
    from ccdcgan.core.settings.constraint import ConstraintProperty
    from ccdcgan.core.settings.generation import GenerateSettings
    from ccdcgan.generation.generate import generate_graphs

    given, params = snakemake.input, snakemake.params
    generate_graphs(
        snakemake.wildcards.variant,
        snakemake.output[0],
        GenerateSettings.model_validate(params.generate),
        network=params.network,
        generator=given.generator,
        autoencoders=(given.lattice, given.networks, params.elements),
        compositions=given.compositions,
        denoiser=given.denoiser,
        refiner=given.refiner,
        critic=given.critic,
        constraints=given.constraints,
        properties=list(map(ConstraintProperty.model_validate, params.properties)),
        ranked=params.ranked,
        known_phases=params.known_phases,
        shard=int(snakemake.wildcards.shard),
        seed=params.seed,
        notes=provenance(snakemake.config, params.seed),
    )
