"""Pictures of some of the novel crystals of a variant."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.crystals.table import Crystals
    from ccdcgan.report.figures.crystals import gallery_figure
    from ccdcgan.report.figures.style import save

    novel, params = Crystals.read(snakemake.input.novel), snakemake.params
    save(gallery_figure(novel, params.pictures, params.seed), snakemake.output.figure)
