"""Pair one shard of crystals with those that an exchange of elements turns into them."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.artifacts import provenance
    from ccdcgan.core.settings.refiner import RefinerSettings
    from ccdcgan.crystals.table import Crystals
    from ccdcgan.training.exchange_pairs import pair_templates

    pair_templates(
        Crystals.read(snakemake.input.structures),
        snakemake.output.pairs,
        RefinerSettings.model_validate(snakemake.params.settings),
        shard=int(snakemake.wildcards.shard),
        notes=provenance(snakemake.config, snakemake.params.seed),
    )
