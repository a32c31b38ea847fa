"""Input decks of a system's competing phases, and the list of what is computed by DFT."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.artifacts import provenance
    from ccdcgan.core.settings.dft import DeckSettings, EnergySettings, RunSettings
    from ccdcgan.core.tables import write_table
    from ccdcgan.crystals.table import Crystals
    from ccdcgan.dft.candidates import read_candidates
    from ccdcgan.dft.competing_phases import write_competing_decks
    from ccdcgan.dft.hubbard import check_schemes
    from ccdcgan.dft.run import check_hubbard, engine_command
    from ccdcgan.stability.hull import read_hull

    given, params, made = snakemake.input, snakemake.params, snakemake.output
    run = RunSettings.model_validate(params.run)
    engine_command(run.engine, run)  # says what is missing before anything runs
    calculations = write_competing_decks(
        made.decks,
        read_hull(given.hull),
        read_candidates(given.candidates),
        Crystals.read(given.structures),
        settings=DeckSettings.model_validate(params.decks),
        engine=run.engine,
        above=params.above,
        potential=params.potential,
        provenance=provenance(snakemake.config, params.seed),
    )
    energies = EnergySettings.model_validate(params.energies)
    check_schemes(snakemake.wildcards.system, calculations, energies.applied)
    check_hubbard(run.engine, run, calculations)
    write_table(made.calculations, calculations)
