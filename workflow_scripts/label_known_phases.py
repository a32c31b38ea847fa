"""The energies of one shard of the known phases by the potential, as they stand."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.artifacts import provenance
    from ccdcgan.core.journal import Journal, identity
    from ccdcgan.core.settings.hardware import HardwareSettings
    from ccdcgan.core.settings.potential import PotentialSettings
    from ccdcgan.crystals.compact import read_packed, write_compact
    from ccdcgan.crystals.worker import Worker
    from ccdcgan.stability.known_labels import label_static_energies

    params = snakemake.params
    potential = PotentialSettings.model_validate(params.potential)
    limits = HardwareSettings.model_validate(snakemake.config["hardware"]).relaxation
    journal = Journal(params.journal, identity(snakemake, Worker))
    table = label_static_energies(
        read_packed(snakemake.input.table),
        Worker(potential, None, limits, energies_only=True).energy,
        journal,
        shard=int(snakemake.wildcards.shard),
        shards=params.shards,
    )
    write_compact(snakemake.output.table, table, provenance(snakemake.config))
    journal.remove()
