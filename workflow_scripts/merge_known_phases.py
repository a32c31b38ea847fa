"""The table of known phases, to be shipped, and its card."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.artifacts import provenance
    from ccdcgan.stability.known_labels import merge_known_phases

    made = snakemake.output
    merge_known_phases(
        snakemake.input.shards,
        made.table,
        made.card,
        notes=provenance(snakemake.config),
        **snakemake.params.told,
    )
