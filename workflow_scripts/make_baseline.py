"""One shard of crystals of a baseline."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.artifacts import provenance
    from ccdcgan.core.settings.generation import GenerateSettings
    from ccdcgan.crystals.table import Crystals
    from ccdcgan.generation.baselines import make_shard

    params, wildcards = snakemake.params, snakemake.wildcards
    crystals = make_shard(
        wildcards.baseline,
        Crystals.read(snakemake.input.structures),
        GenerateSettings.model_validate(params.generate),
        shard=int(wildcards.shard),
        min_distance=params.min_distance,
        seed=params.seed,
    )
    crystals.write(snakemake.output.crystals, provenance(snakemake.config, params.seed))
