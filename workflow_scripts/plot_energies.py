"""Formation energies of all variants before and after relaxation."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.tables import read_each
    from ccdcgan.report.figures.screening import energies_figure
    from ccdcgan.report.figures.style import save
    from ccdcgan.stability.outcomes import read_relaxed

    relaxed = read_each(read_relaxed, snakemake.params.variants, snakemake.input.relaxed)
    save(energies_figure(relaxed), snakemake.output.figure)
