"""After how many graphs each arm found each known compound, and the ratio of the arms."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.artifacts import provenance, write_json
    from ccdcgan.core.tables import write_table
    from ccdcgan.crystals.table import read_structures
    from ccdcgan.evaluation.augmentation import ARMS, describe, first_graphs, read_found, summarise
    from ccdcgan.report.figures.augmentation import augmentation_figure
    from ccdcgan.report.figures.style import save

    params = snakemake.params
    paths = (snakemake.input.without, snakemake.input.augmented)
    found = {
        arm: dict(zip(params.seeds, map(read_found, files), strict=True))
        for arm, files in zip(ARMS, paths, strict=True)
    }
    known = read_structures(snakemake.input.known)
    firsts = first_graphs(known, found, params.graphs)
    sets = dict(zip(ARMS, map(read_structures, snakemake.input.arms), strict=True))
    summary = summarise(firsts, found, sets, system=params.system, graphs=params.graphs)
    figure = augmentation_figure(found, len(known), system=params.system, graphs=params.graphs)
    save(figure, snakemake.output.figure)
    write_table(snakemake.output.table, describe(firsts))
    write_json(snakemake.output.summary, {**summary, "provenance": provenance(snakemake.config)})
