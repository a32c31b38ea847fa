"""Train the constraint of one property."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.journal import identity
    from ccdcgan.core.settings.constraint import ConstraintTraining
    from ccdcgan.core.settings.hardware import HardwareSettings
    from ccdcgan.training.constraint import train_constraint

    train_constraint(
        snakemake.wildcards.property,
        snakemake.input.structures,
        snakemake.input.shards,
        snakemake.input.exchanges,
        dict(snakemake.output.items()),
        ConstraintTraining.model_validate(snakemake.params.settings),
        seed=snakemake.params.seed,
        identity=identity(snakemake, train_constraint),
        hardware=HardwareSettings.model_validate(snakemake.config["hardware"]),
        start=next(iter(snakemake.input.start), None),
        autoencoders=(
            (snakemake.input.lattice[0], snakemake.input.networks, snakemake.params.elements)
            if snakemake.input.networks
            else None
        ),
    )
