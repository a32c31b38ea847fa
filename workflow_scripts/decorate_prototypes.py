"""Decorate the AFLOW prototypes with the elements of a unit: its table of candidates."""

from ccdcgan.jobs import job

with job(snakemake):
    from ccdcgan.artifacts import provenance
    from ccdcgan.prototypes import candidates
    from ccdcgan.structures import write_structures

    table = candidates(
        snakemake.wildcards.unit, snakemake.params.filters, snakemake.params.max_prototypes
    )
    write_structures(snakemake.output.table, table, provenance(snakemake.config))
