"""Train one variant of the generator."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.artifacts import provenance
    from ccdcgan.training.gan import train_gan

    given, params = snakemake.input, snakemake.params
    train_gan(
        snakemake.wildcards.variant,
        given.structures,
        given.shards,
        dict(snakemake.output.items()),
        params.gan,
        autoencoders=(given.lattice, given.networks, params.elements),
        constraints=given.constraints,
        properties=params.constraints,
        seed=params.seed,
        hardware=snakemake.config["hardware"],
        notes=provenance(snakemake.config, params.seed),
    )
