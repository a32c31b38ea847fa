"""One shard of the novel crystals, relaxed by the potential."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.artifacts import provenance
    from ccdcgan.core.journal import Journal, identity
    from ccdcgan.core.settings.potential import PotentialSettings
    from ccdcgan.crystals.potential import load_calculator
    from ccdcgan.crystals.table import Crystals
    from ccdcgan.stability.relax import choose, element_energies, relax_crystals

    given, params = snakemake.input, snakemake.params
    potential = PotentialSettings.model_validate(params.potential)
    drawn = {**params.relax, "seed": params.seed}
    journal = Journal(params.journal, identity(snakemake, relax_crystals))
    relaxed = relax_crystals(
        choose(Crystals.read(given.novel), int(snakemake.wildcards.shard), **drawn),
        load_calculator(potential),
        element_energies(given.elements, potential.energy_scheme),
        Crystals.read(given.structures).phases(),
        journal,
        fmax=potential.fmax,
        max_steps=potential.max_steps,
    )
    relaxed.write(snakemake.output.crystals, provenance(snakemake.config))
    journal.remove()
