"""Which structures an autoencoder brings back."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.artifacts import provenance, write_json
    from ccdcgan.core.tables import write_table
    from ccdcgan.crystals.table import read_structures
    from ccdcgan.evaluation.reconstruction import measure
    from ccdcgan.evaluation.round_trip import summarise
    from ccdcgan.networks.autoencoder import Autoencoder
    from ccdcgan.networks.files import load_model
    from ccdcgan.representation.image_store import images_of

    kind = snakemake.wildcards.kind
    rows = measure(
        load_model(snakemake.input.model, Autoencoder),
        snakemake.input.shards,
        snakemake.params.voxels,
        read_structures(snakemake.input.structures),
        snakemake.params.threshold,
        snakemake.params.seed,
        element=images_of(kind)[1],
    )
    write_table(snakemake.output.rows, rows)
    notes = provenance(snakemake.config, snakemake.params.seed)
    write_json(snakemake.output.metrics, {"kind": kind, "parts": summarise(rows), **notes})
