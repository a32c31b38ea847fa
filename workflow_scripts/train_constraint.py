"""Train the constraint of one property."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.training.constraint import train_constraint

    train_constraint(
        snakemake.wildcards.property,
        snakemake.input.structures,
        snakemake.input.shards,
        dict(snakemake.output.items()),
        snakemake.params.settings,
        seed=snakemake.params.seed,
        hardware=snakemake.config["hardware"],
    )
