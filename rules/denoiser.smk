# Requires: results/data/structures.parquet
# Makes:    results/denoiser/{model.keras,history.csv}


if TAKEN_DENOISER:

    rule take_denoiser:
        """Put the shipped denoiser into its place; nothing is trained for it."""
        input:
            model=shipped(TAKEN_DENOISER["path"]),
            code=code("take_model.py"),
        output:
            model="results/denoiser/model.keras",
        log:
            "results/logs/denoiser/take.log",
        benchmark:
            "results/benchmarks/denoiser/take.tsv"
        conda:
            "../envs/learning.yaml"
        threads: 1
        resources:
            mem_mb=1500,
            runtime=10,
        params:
            sha256=TAKEN_DENOISER["sha256"],
            kind="Denoiser",
        script:
            "../workflow_scripts/take_model.py"

else:

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
