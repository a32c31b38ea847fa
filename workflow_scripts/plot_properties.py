"""The predicted properties of all variants beside those of the training part."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.settings.constraint import ConstraintProperty
    from ccdcgan.crystals.table import Crystals
    from ccdcgan.report.figures.properties import properties_figure
    from ccdcgan.report.figures.style import save

    given, params = snakemake.input, snakemake.params
    train = Crystals.read(given.structures).part("train")
    crystals = {variant: Crystals.read_all(given[variant]) for variant in params.variants}
    constraints = list(map(ConstraintProperty.model_validate, params.constraints))
    figure = properties_figure(train, crystals, constraints, params.units)
    save(figure, snakemake.output.figure)
