"""The templates of generated crystals, to be handed on, with their card."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.training.pretrained import export_templates

    export_templates(dict(snakemake.input.items()), dict(snakemake.output.items()))
