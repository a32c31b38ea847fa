"""Pictures of some of the novel crystals of a variant."""

from ccdcgan.core.jobs import job

with job(snakemake):
    import numpy as np

    from ccdcgan.crystals.archives import read_crystals
    from ccdcgan.report.figures.crystals import gallery_figure
    from ccdcgan.report.figures.style import save

    novel = read_crystals(snakemake.input.novel)
    count = min(snakemake.params.pictures, len(novel))
    random = np.random.default_rng(snakemake.params.seed)
    drawn = sorted(random.choice(list(novel), count, replace=False)) if count else []
    save(gallery_figure({name: novel[name] for name in drawn}), snakemake.output.figure)
