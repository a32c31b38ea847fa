"""The energies of one shard of the known phases by the potential, as they stand."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.artifacts import provenance
    from ccdcgan.core.journal import Journal, identity
    from ccdcgan.core.settings.potential import PotentialSettings
    from ccdcgan.crystals.compact import read_packed, write_compact
    from ccdcgan.crystals.potential import load_calculator, static_energy
    from ccdcgan.stability.known_labels import label_static_energies

    params = snakemake.params
    potential = PotentialSettings.model_validate(params.potential)
    journal = Journal(params.journal, identity(snakemake, static_energy))
    table = label_static_energies(
        read_packed(snakemake.input.table),
        load_calculator(potential, energies_only=True),
        journal,
        shard=int(snakemake.wildcards.shard),
        shards=params.shards,
    )
    write_compact(snakemake.output.table, table, provenance(snakemake.config))
    journal.remove()
