"""One crystal by DFT: relaxed by the engine of the config, parsed, a row."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.artifacts import provenance
    from ccdcgan.core.settings.dft import RunSettings
    from ccdcgan.dft.run import run_calculation

    given, params, made = snakemake.input, snakemake.params, snakemake.output
    name, run = snakemake.wildcards.crystal, RunSettings.model_validate(params.run)
    roots = [given.decks, given.references]
    row, outcome = run_calculation(name, roots, params.folder, run.engine, run)
    outcome.write(made.structure, name)
    row.write(made.row, provenance(snakemake.config))
