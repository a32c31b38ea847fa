"""Voxel images of one shard of the structures."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.artifacts import provenance
    from ccdcgan.crystals.table import read_structures
    from ccdcgan.representation.voxel_shards import (
        shard_rows,
        write_lattice_shard,
        write_site_shard,
    )

    settings = snakemake.params.voxels
    notes = provenance(snakemake.config, snakemake.params.seed)
    table = read_structures(snakemake.input.structures)
    rows = shard_rows(table, int(snakemake.wildcards.shard), settings["shards"])
    write_site_shard(snakemake.output.sites, rows, settings["sites"], notes)
    write_lattice_shard(snakemake.output.lattice, rows, settings["lattice"], notes)
