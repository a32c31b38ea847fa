# Requires: results/data/structures.parquet
# Makes:    results/denoiser/{model.keras,history.csv}


rule train_denoiser:
    """Train the network that takes noise from the atoms and the cell of a crystal."""
    input:
        structures="results/data/structures.parquet",
        code=code("train_denoiser.py"),
    output:
        model="results/denoiser/model.keras",
        history="results/denoiser/history.csv",
    log:
        "results/logs/denoiser/train.log",
    benchmark:
        "results/benchmarks/denoiser/train.tsv"
    priority: 1
    conda:
        "../envs/learning.yaml"
    threads: 1
    resources:
        mem_mb=3000,
        runtime=720,
        gpu=config["hardware"]["gpus"],
    params:
        settings=config["denoiser"],
        seed=stable_seed(config["seed"], "denoiser"),
    script:
        "../workflow_scripts/train_denoiser.py"
