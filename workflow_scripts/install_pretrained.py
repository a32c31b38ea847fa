"""Put a network that comes with the workflow into its place, with the files that belong to it."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.pretrained import install_pretrained

    params = snakemake.params
    install_pretrained(params.files, snakemake.output, folder=params.folder, kinds=params.kinds)
