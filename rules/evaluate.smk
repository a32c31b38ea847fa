# Requires: results/graphs/shard-*.h5, results/data/structures.parquet, the autoencoders
# Makes:    results/evaluation/autoencoder.csv (a row a structure), autoencoder.json and .svg: how many
#           of all structures come back from their graphs


rule evaluate_graphs:
    """Find which structures of one shard come back from their graphs."""
    input:
        graphs="results/graphs/shard-{shard}.h5",
        structures="results/data/structures.parquet",
        lattice=AUTOENCODER.format(kind="lattice"),
        networks=SITE_NETWORKS,
        code=code("evaluate_graphs.py"),
    output:
        rows="results/evaluation/shard-{shard}.csv",
    log:
        "results/logs/evaluation/{shard}.log",
    benchmark:
        "results/benchmarks/evaluation/{shard}.tsv"
    conda:
        "../envs/learning.yaml"
    threads: 1
    resources:
        mem_mb=3000,
        runtime=120,
    params:
        elements=SITE_NETWORK_ELEMENTS,
        decode=config["decode"],
    script:
        "../workflow_scripts/evaluate_graphs.py"


rule merge_evaluation:
    """Sum up the round trips of all structures."""
    input:
        rows=expand("results/evaluation/shard-{shard}.csv", shard=SHARDS),
        code=code("merge_evaluation.py"),
    output:
        rows="results/evaluation/autoencoder.csv",
        metrics="results/evaluation/autoencoder.json",
        figure=report(
            "results/evaluation/autoencoder.svg",
            caption="../report/evaluation.rst",
            category="Learning",
            labels={"figure": "Structures that come back"},
        ),
    log:
        "results/logs/evaluation/merge.log",
    benchmark:
        "results/benchmarks/evaluation/merge.tsv"
    conda:
        "../envs/workflow.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    script:
        "../workflow_scripts/merge_evaluation.py"
