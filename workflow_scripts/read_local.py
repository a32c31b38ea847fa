"""Read the structures of a file or folder."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.artifacts import provenance
    from ccdcgan.core.settings.limits import LimitSettings
    from ccdcgan.crystals.table import write_structures
    from ccdcgan.data.sources.local import read_local

    path, params = snakemake.input.path, snakemake.params
    limits = LimitSettings.model_validate(params.limits)
    told = {**params.data, "limits": limits, "units": params.units}
    table = read_local(path, list(params.units), **told)
    notes = provenance(snakemake.config) | {"path": path}
    write_structures(snakemake.output.table, table, notes)
