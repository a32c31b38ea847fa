# Requires: results/voxels/{sites,lattice}/shard-*.h5, results/data/structures.parquet
# Makes:    results/autoencoder/{kind}/{model.keras,history.csv,reconstruction.csv,metrics.json},
#           where kind is lattice, combined (one network for all elements) or an element


rule train_autoencoder:
    """Train the autoencoder of the lattices, or that of the sites of all elements."""
    input:
        shards=shards_of_kind,
    output:
        model="results/autoencoder/{kind}/model.keras",
        history="results/autoencoder/{kind}/history.csv",
    log:
        "results/logs/autoencoder/train-{kind}.log",
    benchmark:
        "results/benchmarks/autoencoder/train-{kind}.tsv"
    wildcard_constraints:
        kind="|".join(trained("autoencoder", AUTOENCODERS)) or "none",
    conda:
        "../envs/learning.yaml"
    threads: config["hardware"]["threads"]
    resources:
        mem_mb=4000,
        runtime=720,
        gpu=config["hardware"]["gpus"],
    params:
        *code("train_autoencoder.py"),
        network=config["autoencoder"]["network"],
        settings=lambda wildcards: config["autoencoder"][wildcards.kind],
        voxels=lambda wildcards: voxels_of_kind(wildcards.kind),
        precision=config["hardware"]["precision"],
        seed=seed("autoencoder"),
    script:
        "../workflow_scripts/train_autoencoder.py"


rule train_separated:
    """Train the autoencoder of one element, starting from the combined one."""
    input:
        shards=SITE_SHARDS,
        start="results/autoencoder/combined/model.keras",
    output:
        model="results/autoencoder/{element}/model.keras",
        history="results/autoencoder/{element}/history.csv",
    log:
        "results/logs/autoencoder/train-{element}.log",
    benchmark:
        "results/benchmarks/autoencoder/train-{element}.tsv"
    conda:
        "../envs/learning.yaml"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=240,
        gpu=config["hardware"]["gpus"],
    params:
        *code("train_autoencoder.py"),
        network=config["autoencoder"]["network"],
        settings=config["autoencoder"]["separated"],
        voxels=config["voxels"]["sites"],
        precision=config["hardware"]["precision"],
        seed=seed("separated"),
    script:
        "../workflow_scripts/train_autoencoder.py"


rule measure_reconstruction:
    """Count the structures that an autoencoder brings back, unseen and seen ones."""
    input:
        shards=shards_of_kind,
        model="results/autoencoder/{kind}/model.keras",
        structures="results/data/structures.parquet",
    output:
        rows="results/autoencoder/{kind}/reconstruction.csv",
        metrics="results/autoencoder/{kind}/metrics.json",
    log:
        "results/logs/autoencoder/measure-{kind}.log",
    benchmark:
        "results/benchmarks/autoencoder/measure-{kind}.tsv"
    wildcard_constraints:
        kind="lattice|combined|[A-Z][a-z]?",
    group:
        "reconstruction"
    conda:
        "../envs/learning.yaml"
    threads: 1
    resources:
        mem_mb=3000,
        runtime=60,
    params:
        *code("measure_reconstruction.py"),
        threshold=config["decode"]["threshold"],
        voxels=lambda wildcards: voxels_of_kind(wildcards.kind),
        seed=seed("reconstruction"),
    script:
        "../workflow_scripts/measure_reconstruction.py"
