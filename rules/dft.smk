# Requires: results/hull/{system}/hull.csv, results/relax/{variant}/relaxed.extxyz,
#           results/crystals/{variant}/batch-*.extxyz
# Makes:    results/dft/{system}/decks/ (a folder a candidate), results/dft/{system}/candidates.csv


rule input_decks:
    """Choose the best crystals of a system and write their input decks for DFT codes."""
    input:
        hull="results/hull/{system}/hull.csv",
        relaxed=expand("results/relax/{variant}/relaxed.extxyz", variant=VARIANTS),
        generated=expand(
            "results/crystals/{variant}/batch-{batch}.extxyz",
            variant=VARIANTS,
            batch=shards(config["generate"]["batches"]),
        ),
        code=code("make_decks.py"),
    output:
        decks=directory("results/dft/{system}/decks"),
        candidates="results/dft/{system}/candidates.csv",
    log:
        "results/logs/dft/{system}.log",
    benchmark:
        "results/benchmarks/dft/{system}.tsv"
    group:
        "dft"
    conda:
        "../envs/workflow.yaml"
    threads: 1
    resources:
        mem_mb=1500,
        runtime=15,
    params:
        dft=config["dft"],
        potential=config["potential"]["name"],
        seed=config["seed"],
    script:
        "../workflow_scripts/make_decks.py"
