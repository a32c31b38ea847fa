"""Assess the constraint of one property on every part."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.codec.autoencoders import load_autoencoders
    from ccdcgan.core.artifacts import provenance, write_json
    from ccdcgan.core.tables import write_table
    from ccdcgan.crystals.table import read_structures
    from ccdcgan.evaluation.prediction import assess
    from ccdcgan.networks.constraint import Constraint
    from ccdcgan.networks.files import load_model
    from ccdcgan.report.figures.parity import parity_figure
    from ccdcgan.report.figures.style import save

    name = snakemake.wildcards.property
    predictions, metrics = assess(
        load_model(snakemake.input.model, Constraint),
        read_structures(snakemake.input.structures),
        snakemake.input.shards,
        load_autoencoders(
            snakemake.input.lattice, snakemake.input.networks, snakemake.params.elements
        ),
        name,
        snakemake.params.reading,
    )
    notes = provenance(snakemake.config, snakemake.params.seed)
    write_table(snakemake.output.predictions, predictions)
    write_json(snakemake.output.metrics, {"property": name, "parts": metrics, **notes})
    save(parity_figure(predictions, name, metrics), snakemake.output.parity)
