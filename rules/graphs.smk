# Requires: results/voxels/…, the autoencoders, results/data/structures.parquet
# Makes:    results/graphs/shard-*.h5; results/graphs/reconstruction.csv and metrics.json, the round
#           trip from a structure through its stored graph back to a structure


rule encode_graphs:
    """Lay the latent vectors of the structures of one shard out as crystal graphs."""
    input:
        sites="results/voxels/sites/shard-{shard}.h5",
        lattices="results/voxels/lattice/shard-{shard}.h5",
        structures="results/data/structures.parquet",
        lattice=AUTOENCODER.format(kind="lattice"),
        networks=SITE_NETWORKS,
    output:
        "results/graphs/shard-{shard}.h5",
    log:
        "results/logs/graphs/encode-{shard}.log",
    benchmark:
        "results/benchmarks/graphs/encode-{shard}.tsv"
    group:
        "graphs"
    conda:
        "../envs/learning.yaml"
    threads: 1
    resources:
        mem_mb=3000,
        runtime=60,
    params:
        *code("encode_graphs.py"),
        elements=SITE_NETWORK_ELEMENTS,
        properties=PROPERTIES,
        layout=config["graphs"]["layout"],
        seed=stable_seed(config["seed"], "graphs"),
    script:
        "../workflow_scripts/encode_graphs.py"


rule measure_round_trip:
    """Count the structures that come back from their stored graphs, read by the autoencoders."""
    input:
        shards=GRAPH_SHARDS,
        structures="results/data/structures.parquet",
        lattice=AUTOENCODER.format(kind="lattice"),
        networks=SITE_NETWORKS,
    output:
        rows="results/graphs/reconstruction.csv",
        metrics="results/graphs/metrics.json",
    log:
        "results/logs/graphs/measure_round_trip.log",
    benchmark:
        "results/benchmarks/graphs/measure_round_trip.tsv"
    group:
        "reconstruction"
    conda:
        "../envs/learning.yaml"
    threads: 1
    resources:
        mem_mb=3000,
        runtime=60,
    params:
        *code("measure_round_trip.py"),
        elements=SITE_NETWORK_ELEMENTS,
        decode=config["decode"],
        seed=seed("round trip"),
    script:
        "../workflow_scripts/measure_round_trip.py"
