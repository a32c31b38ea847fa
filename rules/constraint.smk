# Requires: results/data/structures.parquet, results/graphs/shard-*.h5, the autoencoders
# Makes:    results/constraint/{property}/{model.keras,history.csv,predictions.csv,metrics.json,
#           parity.svg}


rule take_constraint:
    """Put a shipped constraint into its place; nothing is trained for it."""
    input:
        model=lambda wildcards: shipped(TAKEN_CONSTRAINTS[wildcards.property]["path"]),
        code=code("take_model.py"),
    output:
        model="results/constraint/{property}/model.keras",
    log:
        "results/logs/constraint/take-{property}.log",
    benchmark:
        "results/benchmarks/constraint/take-{property}.tsv"
    wildcard_constraints:
        property="|".join(TAKEN_CONSTRAINTS) or "none",
    conda:
        "../envs/learning.yaml"
    threads: 1
    resources:
        mem_mb=1500,
        runtime=10,
    params:
        sha256=lambda wildcards: TAKEN_CONSTRAINTS[wildcards.property]["sha256"],
        kind="Constraint",
    script:
        "../workflow_scripts/take_model.py"


rule train_constraint:
    """Train the network that predicts a property of a crystal from its graph."""
    input:
        structures="results/data/structures.parquet",
        # Only the paper's network is trained on the graphs; ours on the atoms that they hold.
        shards=GRAPH_SHARDS if config["constraint"]["network"] == "paper" else [],
        code=code("train_constraint.py"),
    output:
        model="results/constraint/{property}/model.keras",
        history="results/constraint/{property}/history.csv",
    log:
        "results/logs/constraint/{property}.log",
    benchmark:
        "results/benchmarks/constraint/{property}.tsv"
    wildcard_constraints:
        property="|".join(p for p in PROPERTIES if p not in TAKEN_CONSTRAINTS) or "none",
    priority: 1
    conda:
        "../envs/learning.yaml"
    threads: 1  # a second core hardly helps, and the dcgan can train beside it
    resources:
        mem_mb=4000,
        runtime=480,
        gpu=config["hardware"]["gpus"],
    params:
        settings={k: v for k, v in config["constraint"].items() if k != "properties"},
        seed=seed("constraint"),
    script:
        "../workflow_scripts/train_constraint.py"


rule measure_constraint:
    """Predict a property from the stored graphs alone, and say how well."""
    input:
        model="results/constraint/{property}/model.keras",
        shards=GRAPH_SHARDS,
        structures="results/data/structures.parquet",
        lattice=AUTOENCODER.format(kind="lattice"),
        networks=SITE_NETWORKS,
        code=code("measure_constraint.py"),
    output:
        predictions="results/constraint/{property}/predictions.csv",
        metrics="results/constraint/{property}/metrics.json",
        parity=report(
            "results/constraint/{property}/parity.svg",
            caption="../report/parity.rst",
            category="Learning",
            labels={"figure": "Parity of {property}"},
        ),
    log:
        "results/logs/constraint/measure-{property}.log",
    benchmark:
        "results/benchmarks/constraint/measure-{property}.tsv"
    conda:
        "../envs/learning.yaml"
    threads: 1
    resources:
        mem_mb=3000,
        runtime=120,
    params:
        elements=SITE_NETWORK_ELEMENTS,
        reading=config["decode"],
        seed=seed("constraint"),
    script:
        "../workflow_scripts/measure_constraint.py"
