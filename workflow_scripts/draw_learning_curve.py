"""The learning curves of all properties that go on from a shipped network, and their figure."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.tables import write_table
    from ccdcgan.evaluation.learning_curve import curve, read_folds
    from ccdcgan.report.figures.learning_curve import learning_curve_figure
    from ccdcgan.report.figures.style import save

    given, params, made = snakemake.input, snakemake.params, snakemake.output
    found = curve({name: read_folds(given[name]) for name in params.units}, params.units)
    write_table(made.curve, found)
    save(learning_curve_figure(found), made.figure)
