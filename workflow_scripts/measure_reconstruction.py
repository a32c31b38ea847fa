"""Which structures an autoencoder brings back."""

from ccdcgan.jobs import job

with job(snakemake):
    from ccdcgan.archives import write_table
    from ccdcgan.artifacts import provenance, write_json
    from ccdcgan.evaluation import summarise
    from ccdcgan.networks.autoencoder import Autoencoder
    from ccdcgan.reconstruction import atomic_number, measure
    from ccdcgan.structures import read_structures
    from ccdcgan.training import load_model

    kind = snakemake.wildcards.kind
    rows = measure(
        load_model(snakemake.input.model, Autoencoder),
        snakemake.input.shards,
        snakemake.params.voxels,
        read_structures(snakemake.input.structures),
        snakemake.params.threshold,
        snakemake.params.seed,
        element=None if kind in ("lattice", "combined") else atomic_number(kind),
    )
    write_table(snakemake.output.rows, rows)
    notes = provenance(snakemake.config, snakemake.params.seed)
    write_json(snakemake.output.metrics, {"kind": kind, "parts": summarise(rows), **notes})
