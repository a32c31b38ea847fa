"""Learning curves of all networks."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.report.figures.learning import learning_figure, read_histories
    from ccdcgan.report.figures.style import save

    save(learning_figure(read_histories(snakemake.input.histories)), snakemake.output.figure)
