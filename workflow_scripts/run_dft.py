"""One crystal by DFT: relaxed by the engine of the config, parsed, a row."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.artifacts import provenance
    from ccdcgan.dft.run import run_calculation

    given, params, made = snakemake.input, snakemake.params, snakemake.output
    name = snakemake.wildcards.crystal
    row, outcome = run_calculation(
        name, [given.decks, given.references], params.folder, params.run["engine"], params.run
    )
    outcome.write(made.structure, name)
    row.write(made.row, provenance(snakemake.config))
