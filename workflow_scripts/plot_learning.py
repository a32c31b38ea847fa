"""Learning curves of all networks."""

from ccdcgan.jobs import job

with job(snakemake):
    from ccdcgan.figures.learning import learning_figure, read_histories
    from ccdcgan.figures.style import save

    save(learning_figure(read_histories(snakemake.input.histories)), snakemake.output.figure)
