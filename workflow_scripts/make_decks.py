"""Input decks for the best crystals of a system."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.artifacts import provenance
    from ccdcgan.core.settings.dft import DeckSettings
    from ccdcgan.core.tables import write_table
    from ccdcgan.crystals.table import Crystals
    from ccdcgan.dft.decks import make_decks
    from ccdcgan.stability.hull import read_hull

    given, params, made = snakemake.input, snakemake.params, snakemake.output
    candidates = make_decks(
        made.decks,
        snakemake.wildcards.system,
        read_hull(given.hull),
        Crystals.read_all(given.relaxed),
        Crystals.read_all(given.generated),
        settings=DeckSettings.model_validate(params.dft),
        potential=params.potential,
        provenance=provenance(snakemake.config, params.seed),
    )
    write_table(made.candidates, candidates)
