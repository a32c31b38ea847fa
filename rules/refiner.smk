# Requires: results/data/structures.parquet, results/denoiser/model.keras
# Makes:    results/refiner/pairs-*.h5 and {model.keras,history.csv}


rule pair_templates:
    """Pair one shard of crystals with those that an exchange of elements turns into them."""
    input:
        structures="results/data/structures.parquet",
    output:
        pairs="results/refiner/pairs-{shard}.h5",
    log:
        "results/logs/refiner/pairs-{shard}.log",
    benchmark:
        "results/benchmarks/refiner/pairs-{shard}.tsv"
    priority: 1
    conda:
        "../envs/learning.yaml"
    threads: 1
    resources:
        mem_mb=3000,
        runtime=240,
    params:
        *code("pair_templates.py"),
        settings=config["refiner"],
        seed=stable_seed(config["seed"], "refiner"),
    script:
        "../workflow_scripts/pair_templates.py"


rule train_refiner:
    """Train the network that brings crystals whose elements were exchanged to rest."""
    input:
        pairs=expand("results/refiner/pairs-{shard}.h5", shard=shards(config["refiner"]["shards"])),
        denoiser="results/denoiser/model.keras",
    output:
        model="results/{network}/model.keras",
        history="results/{network}/history.csv",
    log:
        "results/logs/{network}/train.log",
    benchmark:
        "results/benchmarks/{network}/train.tsv"
    wildcard_constraints:
        network="none" if TAKEN["refiner"] else "refiner",
    priority: 1
    conda:
        "../envs/learning.yaml"
    threads: 1
    resources:
        mem_mb=3000,
        runtime=720,
        gpu=config["hardware"]["gpus"],
    params:
        *code("train_refiner.py"),
        settings=config["refiner"],
        seed=stable_seed(config["seed"], "refiner"),
    script:
        "../workflow_scripts/train_refiner.py"
