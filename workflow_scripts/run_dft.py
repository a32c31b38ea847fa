"""One crystal by DFT: relaxed by the engine of the config, parsed, a row."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.dft.run import run_calculation

    run_calculation(
        name=snakemake.wildcards.crystal,
        roots=[snakemake.input.decks, snakemake.input.references],
        row=snakemake.output.row,
        structure=snakemake.output.structure,
        engine=snakemake.params.run["engine"],
        settings=snakemake.params.run,
    )
