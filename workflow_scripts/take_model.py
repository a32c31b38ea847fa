"""Put a shipped network into its place, if it is the one that the config means."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.networks.constraint import Constraint
    from ccdcgan.networks.denoiser import Denoiser
    from ccdcgan.training.pretrained import take_model

    kinds = {kind.__name__: kind for kind in (Constraint, Denoiser)}
    take_model(
        snakemake.input.model,
        snakemake.output.model,
        kind=kinds[snakemake.params.kind],
        sha256=snakemake.params.sha256,
    )
