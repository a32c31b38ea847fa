"""Assess the constraint of one property on every part."""

from ccdcgan.jobs import job

with job(snakemake):
    from ccdcgan.archives import write_table
    from ccdcgan.artifacts import provenance, write_json
    from ccdcgan.constraint import assess
    from ccdcgan.figures.parity import parity_figure
    from ccdcgan.figures.style import save
    from ccdcgan.graph_data import load_networks
    from ccdcgan.networks.constraint import Constraint
    from ccdcgan.structures import read_structures
    from ccdcgan.training import load_model

    name = snakemake.wildcards.property
    predictions, metrics = assess(
        load_model(snakemake.input.model, Constraint),
        read_structures(snakemake.input.structures),
        snakemake.input.shards,
        load_networks(snakemake.input.lattice, snakemake.input.networks, snakemake.params.elements),
        name,
        snakemake.params.reading,
    )
    notes = provenance(snakemake.config, snakemake.params.seed)
    write_table(snakemake.output.predictions, predictions)
    write_json(snakemake.output.metrics, {"property": name, "parts": metrics, **notes})
    save(parity_figure(predictions, name, metrics), snakemake.output.parity)
