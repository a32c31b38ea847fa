"""Input decks for the best crystals of a system."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.artifacts import provenance
    from ccdcgan.dft.decks import make_decks

    make_decks(
        system=snakemake.wildcards.system,
        hull=snakemake.input.hull,
        relaxed=snakemake.input.relaxed,
        generated=snakemake.input.generated,
        decks=snakemake.output.decks,
        candidates=snakemake.output.candidates,
        settings=snakemake.params.dft,
        potential=snakemake.params.potential,
        provenance=provenance(snakemake.config, snakemake.params.seed),
    )
