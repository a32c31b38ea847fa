"""Input decks of a system's reference phases, and the list of what is computed by DFT."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.artifacts import provenance
    from ccdcgan.dft.competing_phases import write_competing_decks
    from ccdcgan.dft.run import engine_command

    engine = snakemake.params.run["engine"]
    engine_command(engine, snakemake.params.run)  # says what is missing before anything runs
    write_competing_decks(
        hull=snakemake.input.hull,
        structures=snakemake.input.structures,
        candidates=snakemake.input.candidates,
        decks=snakemake.output.decks,
        calculations=snakemake.output.calculations,
        settings=snakemake.params.decks,
        engine=engine,
        potential=snakemake.params.potential,
        provenance=provenance(snakemake.config, snakemake.params.seed),
    )
