"""Formation energies of all variants before and after relaxation."""

from ccdcgan.jobs import job

with job(snakemake):
    from ccdcgan.figures.screening import energies_figure
    from ccdcgan.figures.style import save
    from ccdcgan.outcomes import read_relaxed

    paths = zip(snakemake.params.variants, snakemake.input.rows, strict=True)
    relaxed = {variant: read_relaxed(path) for variant, path in paths}
    save(energies_figure(relaxed), snakemake.output.figure)
