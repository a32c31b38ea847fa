"""Learning curves of all networks."""

from ccdcgan.jobs import job

with job(snakemake):
    from ccdcgan.figures.learning import learning_figure
    from ccdcgan.figures.style import save
    from ccdcgan.report import read_histories

    save(learning_figure(read_histories(snakemake.input.histories)), snakemake.output.figure)
