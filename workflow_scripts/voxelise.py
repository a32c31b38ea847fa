"""Voxel images of one shard of the structures."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.artifacts import provenance
    from ccdcgan.core.settings.voxels import VoxelSettings
    from ccdcgan.crystals.table import Crystals
    from ccdcgan.representation.voxel_shards import write_voxel_shards

    write_voxel_shards(
        Crystals.read(snakemake.input.structures),
        VoxelSettings.model_validate(snakemake.params.voxels),
        int(snakemake.wildcards.shard),
        sites=snakemake.output.sites,
        lattice=snakemake.output.lattice,
        notes=provenance(snakemake.config, snakemake.params.seed),
    )
