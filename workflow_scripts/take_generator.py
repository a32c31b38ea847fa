"""Put a shipped generator with its discriminator and compositions into place, if they match."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.networks.registry import DISCRIMINATORS, GENERATORS
    from ccdcgan.training.pretrained import take_file, take_model

    taken = snakemake.params.taken
    take_file(
        snakemake.input.compositions,
        snakemake.output.compositions,
        sha256=taken["compositions"]["sha256"],
    )
    take_model(
        snakemake.input.model,
        snakemake.output.generator,
        kind=GENERATORS[snakemake.params.network],
        sha256=taken["sha256"],
    )
    take_model(
        snakemake.input.discriminator,
        snakemake.output.discriminator,
        kind=DISCRIMINATORS[snakemake.params.network],
        sha256=taken["discriminator"]["sha256"],
    )
