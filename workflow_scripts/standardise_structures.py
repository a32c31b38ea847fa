"""Cells, filters and duplicates of one shard of the structures of all sources."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.artifacts import provenance
    from ccdcgan.core.settings.filters import FilterSettings
    from ccdcgan.crystals.table import read_records, write_structures
    from ccdcgan.data.standardise import shard_of_sources, standardise

    params = snakemake.params
    tables = list(map(read_records, snakemake.input.sources))
    rows = shard_of_sources(tables, int(snakemake.wildcards.shard), params.shards)
    filters = FilterSettings.model_validate(params.filters)
    table = standardise(
        rows,
        cell=params.cell,
        required=params.required,
        filters=filters,
        max_atoms=params.max_atoms,
    )
    write_structures(snakemake.output.table, table, provenance(snakemake.config))
