"""What tells variants, arms and baselines apart."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.report.figures.ablation import plot_ablation
    from ccdcgan.report.figures.style import save

    paths = dict(zip(snakemake.params.variants, snakemake.input.measures, strict=True))
    save(plot_ablation(paths), snakemake.output.figure)
