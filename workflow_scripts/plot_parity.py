"""Predicted values of one property against the true ones."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.evaluation.prediction_metrics import read_predictions
    from ccdcgan.report.figures.parity import parity_figure
    from ccdcgan.report.figures.style import save

    predictions = read_predictions(snakemake.input.predictions)
    save(parity_figure(predictions, snakemake.wildcards.property), snakemake.output.figure)
