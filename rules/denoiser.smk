# Requires: results/data/structures.parquet
# Makes:    results/denoiser/{model.keras,history.csv}


rule train_denoiser:
    """Train the network that takes noise from the atoms and the cell of a crystal."""
    input:
        structures="results/data/structures.parquet",
    output:
        model="results/{network}/model.keras",
        history="results/{network}/history.csv",
    log:
        "results/logs/{network}/train.log",
    benchmark:
        "results/benchmarks/{network}/train.tsv"
    wildcard_constraints:
        network="none" if TAKEN["denoiser"] else "denoiser",
    priority: 1
    conda:
        "../envs/learning.yaml"
    threads: 1
    resources:
        mem_mb=3000,
        runtime=720,
        gpu=config["hardware"]["gpus"],
    params:
        *code("train_denoiser.py"),
        settings=config["denoiser"],
        seed=stable_seed(config["seed"], "denoiser"),
    script:
        "../workflow_scripts/train_denoiser.py"
