"""The predicted properties of all variants beside those of the training part."""

from ccdcgan.core.jobs import job

with job(snakemake):
    import pandas as pd

    from ccdcgan.core.tables import read_table
    from ccdcgan.crystals.table import read_structures
    from ccdcgan.report.figures.properties import properties_figure
    from ccdcgan.report.figures.style import save

    params = snakemake.params
    columns = [f"predicted_{constraint['name']}" for constraint in params.constraints]
    structures = read_structures(snakemake.input.structures)
    manifests = {
        variant: pd.concat([read_table(path, columns) for path in snakemake.input[variant]])
        for variant in params.variants
    }
    figure = properties_figure(
        structures[structures["split"] == "train"], manifests, params.constraints, params.units
    )
    save(figure, snakemake.output.figure)
