"""The training crystals by structure type, from which new crystals start."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.artifacts import provenance
    from ccdcgan.crystals.table import Crystals
    from ccdcgan.data.templates import collect_templates

    templates = collect_templates(Crystals.read(snakemake.input.structures))
    templates.write(snakemake.output[0], provenance(snakemake.config, snakemake.params.seed))
