"""The phases of all sources near the hull of their DFT energies."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.artifacts import provenance
    from ccdcgan.crystals.compact import write_compact
    from ccdcgan.crystals.table import read_records
    from ccdcgan.stability.known_table import select_known_phases

    params = snakemake.params
    table = select_known_phases(
        list(map(read_records, snakemake.input.sources)),
        max_above_hull=params.max_above_hull,
        properties=params.properties,
    )
    write_compact(snakemake.output.table, table, provenance(snakemake.config))
