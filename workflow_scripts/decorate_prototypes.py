"""Decorate the AFLOW prototypes with the elements of a unit: its table of candidates."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.artifacts import provenance
    from ccdcgan.core.settings.filters import FilterSettings
    from ccdcgan.crystals.table import write_structures
    from ccdcgan.data.prototypes import candidates

    params = snakemake.params
    filters = FilterSettings.model_validate(params.filters)
    table = candidates(snakemake.wildcards.unit, filters, params.max_prototypes)
    write_structures(snakemake.output.table, table, provenance(snakemake.config))
