"""One shard of the novel crystals, relaxed by the potential."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.artifacts import provenance
    from ccdcgan.core.journal import Journal, identity
    from ccdcgan.core.settings.hardware import HardwareSettings
    from ccdcgan.core.settings.potential import PotentialSettings
    from ccdcgan.crystals.table import Crystals
    from ccdcgan.crystals.worker import Worker
    from ccdcgan.stability.known_phases import compared_phases
    from ccdcgan.stability.relax import choose, element_energies, read_ranks, relax_crystals

    given, params = snakemake.input, snakemake.params
    potential = PotentialSettings.model_validate(params.potential)
    hardware = HardwareSettings.model_validate(snakemake.config["hardware"])
    novel = Crystals.read(given.novel)
    chosen = choose(
        novel if params.systems is None else novel.within(params.systems),
        next(map(read_ranks, given.ranked), None),
        shard=int(snakemake.wildcards.shard),
        shards=params.shards,
        max_structures=params.max_structures,
        seed=params.seed,
    )
    journal = Journal(params.journal, identity(snakemake, relax_crystals, Worker))
    relaxed = relax_crystals(
        chosen,
        Worker(potential, params.first, hardware.relaxation),
        element_energies(given.elements, potential.energy_scheme),
        compared_phases(
            Crystals.read(given.structures).phases(),
            params.known_phases,
            systems=chosen["chemical_system"],
        ),
        journal,
        fmax=potential.fmax,
        max_steps=potential.max_steps,
        keep_symmetry=params.keep_symmetry,
        corrections=params.corrections,
    )
    relaxed.write(snakemake.output.crystals, provenance(snakemake.config))
    journal.remove()
