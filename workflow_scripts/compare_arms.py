"""After how many graphs each arm found each known compound, and the ratio of the arms."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.artifacts import provenance, write_json
    from ccdcgan.core.tables import read_each, write_table
    from ccdcgan.crystals.table import Crystals
    from ccdcgan.evaluation.augmentation import ARMS, compare_arms, read_found
    from ccdcgan.report.figures.augmentation import augmentation_figure
    from ccdcgan.report.figures.style import save

    given, params, made = snakemake.input, snakemake.params, snakemake.output
    asked = {"system": params.system, "graphs": params.graphs}
    known = Crystals.read(given.known)
    paths = dict(zip(ARMS, (given.without, given.augmented), strict=True))
    found = {arm: read_found(params.seeds, files) for arm, files in paths.items()}
    table, summary = compare_arms(known, found, read_each(Crystals.read, ARMS, given.arms), **asked)
    save(augmentation_figure(found, len(known), **asked), made.figure)
    write_table(made.table, table)
    write_json(made.summary, {**summary, "provenance": provenance(snakemake.config)})
