"""The crystals of another model, as those of a baseline."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.artifacts import provenance
    from ccdcgan.core.settings.limits import LimitSettings
    from ccdcgan.generation.peers import parts, read_peer

    path, params, made = snakemake.input.path, snakemake.params, snakemake.output.crystals
    crystals = read_peer(
        path,
        snakemake.wildcards.baseline,
        min_distance=params.min_distance,
        limits=LimitSettings.model_validate(params.limits),
    )
    notes = provenance(snakemake.config) | {"path": str(path)}
    for part, file in zip(parts(crystals, len(made)), made, strict=True):
        part.write(file, notes)
