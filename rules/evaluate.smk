# Requires: results/graphs/shard-*.h5 and metrics.json, results/data/structures.parquet, the autoencoders
# Makes:    results/evaluation/autoencoder.csv (a row a structure), autoencoder.json and .svg: how many
#           of all structures come back from their graphs; random.svg and worst.svg: some of them;
#           with shipped constraints constraint.json: how well they predict


rule evaluate_graphs:
    """Find which structures of one shard come back from their graphs."""
    input:
        graphs="results/graphs/shard-{shard}.h5",
        structures="results/data/structures.parquet",
        lattice=AUTOENCODER.format(kind="lattice"),
        networks=SITE_NETWORKS,
    output:
        crystals="results/evaluation/shard-{shard}.parquet",
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
        *code("evaluate_graphs.py"),
        elements=SITE_NETWORK_ELEMENTS,
        decode=config["decode"],
    script:
        "../workflow_scripts/evaluate_graphs.py"


rule merge_evaluation:
    """Sum up the round trips of all structures."""
    input:
        shards=expand("results/evaluation/shard-{shard}.parquet", shard=SHARDS),
        structures="results/data/structures.parquet",
    output:
        rows="results/evaluation/autoencoder.csv",
        metrics="results/evaluation/autoencoder.json",
        figure=report(
            "results/evaluation/autoencoder.svg",
            caption="../report/evaluation.rst",
            category="Learning",
            labels={"figure": "Structures that come back"},
        ),
        random="results/evaluation/random.svg",
        worst="results/evaluation/worst.svg",
    log:
        "results/logs/evaluation/merge.log",
    benchmark:
        "results/benchmarks/evaluation/merge.tsv"
    conda:
        "../envs/workflow.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        *code("merge_evaluation.py"),
        seed=seed("evaluation"),
    script:
        "../workflow_scripts/merge_evaluation.py"


rule evaluate_constraint:
    """Say how well the shipped constraints predict the properties of all structures."""
    input:
        predictions=expand("results/constraint/{property}/predictions.csv", property=PROPERTIES),
    output:
        "results/evaluation/constraint.json",
    log:
        "results/logs/evaluation/constraint.log",
    benchmark:
        "results/benchmarks/evaluation/constraint.tsv"
    conda:
        "../envs/learning.yaml"
    threads: 1
    resources:
        mem_mb=1500,
        runtime=10,
    params:
        *code("evaluate_constraint.py"),
        properties=PROPERTIES,
        seed=seed("evaluation"),
    script:
        "../workflow_scripts/evaluate_constraint.py"
