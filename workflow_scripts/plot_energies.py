"""Formation energies of all variants before and after relaxation."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.report.figures.screening import energies_figure
    from ccdcgan.report.figures.style import save
    from ccdcgan.stability.outcomes import read_relaxed

    paths = zip(snakemake.params.variants, snakemake.input.rows, strict=True)
    relaxed = {variant: read_relaxed(path) for variant, path in paths}
    save(energies_figure(relaxed), snakemake.output.figure)
