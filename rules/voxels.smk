# Requires: results/data/structures.parquet
# Makes:    results/voxels/sites/shard-*.h5, results/voxels/lattice/shard-*.h5


rule voxelise:
    """Draw the sites and the lattices of one shard of the structures as voxel images."""
    input:
        structures="results/data/structures.parquet",
    output:
        sites="results/voxels/sites/shard-{shard}.h5",
        lattice="results/voxels/lattice/shard-{shard}.h5",
    log:
        "results/logs/voxels/{shard}.log",
    benchmark:
        "results/benchmarks/voxels/{shard}.tsv"
    group:
        "voxels"
    conda:
        "../envs/workflow.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=30,
    params:
        *code("voxelise.py"),
        voxels=config["voxels"],
        seed=seed("voxels"),
    script:
        "../workflow_scripts/voxelise.py"
