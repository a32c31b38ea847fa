"""The known phases by the potential that some relaxed crystals decompose into."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.artifacts import provenance
    from ccdcgan.core.journal import Journal, identity
    from ccdcgan.core.settings.hardware import HardwareSettings
    from ccdcgan.crystals.table import Crystals
    from ccdcgan.data.labelling import relaxer
    from ccdcgan.stability.competing import Judge, of_shard

    given, params = snakemake.input, snakemake.params
    journal = Journal(params.journal, identity(snakemake, relaxer))
    limits = HardwareSettings.model_validate(snakemake.config["hardware"]).relaxation
    judge = Judge.load(
        params.potential, journal, params.known_phases, limits=limits, **params.known
    )
    crystals = of_shard(Crystals.read_all(given.crystals), params.shard, params.shards)
    phases = judge.relax_known_phases(
        Crystals.read(given.structures),
        Crystals.read(given.elements),
        crystals["chemical_system"].unique(),
        crystals["formula"],
    )
    phases.write(snakemake.output.table, provenance(snakemake.config))
    journal.remove()
