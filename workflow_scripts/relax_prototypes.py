"""Every n-th candidate of a unit, relaxed by the potential."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.artifacts import provenance
    from ccdcgan.core.journal import Journal, identity
    from ccdcgan.core.settings.filters import FilterSettings
    from ccdcgan.core.settings.hardware import HardwareSettings
    from ccdcgan.core.settings.potential import PotentialSettings
    from ccdcgan.crystals.table import Crystals
    from ccdcgan.data.labelling import relaxer

    params = snakemake.params
    journal = Journal(params.journal, identity(snakemake, relaxer))
    candidates = Crystals.read(snakemake.input.candidates).kept()
    share = candidates.take(list(candidates)[int(snakemake.wildcards.shard) :: params.shards])
    potential = PotentialSettings.model_validate(params.potential)
    hardware = HardwareSettings.model_validate(snakemake.config["hardware"])
    filters = FilterSettings.model_validate(params.filters)
    relaxed = relaxer(potential, journal, filters, limits=hardware.relaxation)(share)
    relaxed.write(snakemake.output.table, provenance(snakemake.config))
    journal.remove()
