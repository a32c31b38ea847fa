"""Fingerprints of a sample of a variant's crystals, and of how many graphs it was drawn from."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.artifacts import provenance
    from ccdcgan.crystals.table import write_structures
    from ccdcgan.evaluation.fingerprints import fingerprints
    from ccdcgan.stability.screen import read_manifests

    manifest, crystals = read_manifests(snakemake.input.manifests, snakemake.input.crystals)
    seed = snakemake.params.seed
    drawn = manifest["id"].sample(min(snakemake.params.sample, len(manifest)), random_state=seed)
    table = fingerprints(
        {name: crystals[name] for name in sorted(drawn) if name in crystals},
        processes=snakemake.threads,
    )
    notes = {"drawn": len(drawn), **provenance(snakemake.config, seed)}
    write_structures(snakemake.output.table, table, notes)
