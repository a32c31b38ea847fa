# Requires: results/data/structures.parquet; of other models the files that config baselines names
# Makes:    results/crystals/{baseline}/shard-*.parquet, as decode_graphs does of a variant


rule make_baseline:
    """Make one shard of the crystals of a baseline: compositions as generated, but no network."""
    input:
        structures="results/data/structures.parquet",
    output:
        crystals="results/crystals/{baseline}/shard-{shard}.parquet",
    log:
        "results/logs/baselines/{baseline}-{shard}.log",
    benchmark:
        "results/benchmarks/baselines/{baseline}-{shard}.tsv"
    wildcard_constraints:
        baseline="|".join(name for name in BASELINES if name not in PEERS) or "none",
    conda:
        "../envs/statistics.yaml"
    threads: 1
    resources:
        mem_mb=2500,
        runtime=240,
    params:
        *code("make_baseline.py"),
        generate=config["generate"],
        min_distance=config["decode"]["min_distance"],
        # The same for all baselines and shards: see generate_graphs.
        seed=GENERATION_SEED,
    script:
        "../workflow_scripts/make_baseline.py"


rule read_peer:
    """Read the crystals of another model: each structure of its file is a row, as a graph is."""
    input:
        path=lambda wildcards: PEERS[wildcards.baseline],
    output:
        crystals=expand(
            "results/crystals/{{baseline}}/shard-{shard}.parquet", shard=GENERATED_SHARDS
        ),
    log:
        "results/logs/baselines/{baseline}.log",
    benchmark:
        "results/benchmarks/baselines/{baseline}.tsv"
    wildcard_constraints:
        baseline="|".join(PEERS) or "none",
    conda:
        "../envs/workflow.yaml"
    threads: 1
    resources:
        mem_mb=2500,
        runtime=60,
    params:
        *code("read_peer.py"),
        min_distance=config["decode"]["min_distance"],
        limits=DATA["limits"],
    script:
        "../workflow_scripts/read_peer.py"
