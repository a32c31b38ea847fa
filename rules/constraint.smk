# Requires: results/data/structures.parquet, results/graphs/shard-*.h5, the autoencoders; with
#           constraint.exchanges results/templates/crystals.parquet and results/refiner/model.keras
# Makes:    results/constraint/{property}/{model.keras,history.csv,predictions.csv,metrics.json,
#           parity.svg}; results/constraint/exchanges-*.parquet


rule draw_exchanges:
    """Draw one shard of crystals with exchanged elements, to learn from."""
    input:
        structures="results/data/structures.parquet",
        templates="results/templates/crystals.parquet",
        refiner="results/refiner/model.keras",
    output:
        drawn="results/constraint/drawn-{shard}.parquet",
    log:
        "results/logs/constraint/drawn-{shard}.log",
    benchmark:
        "results/benchmarks/constraint/drawn-{shard}.tsv"
    conda:
        "../envs/learning.yaml"
    threads: 1
    resources:
        mem_mb=3000,
        runtime=120,
    params:
        *code("draw_exchanges.py"),
        settings=EXCHANGES,
        refine=config["generate"]["refine"],
        known_phases=KNOWN_TABLE,
        known_digest=KNOWN_DIGEST,
        seed=stable_seed(config["seed"], "exchanges"),
    script:
        "../workflow_scripts/draw_exchanges.py"


rule label_exchanges:
    """Label one shard of crystals with exchanged elements by the potential."""
    input:
        drawn="results/constraint/drawn-{shard}.parquet",
        templates="results/templates/crystals.parquet",
    output:
        exchanges="results/constraint/exchanges-{shard}.parquet",
    log:
        "results/logs/constraint/exchanges-{shard}.log",
    benchmark:
        "results/benchmarks/constraint/exchanges-{shard}.tsv"
    conda:
        "../envs/atomistic.yaml"
    threads: 1
    resources:
        mem_mb=RELAXING,
        runtime=240,
    params:
        *code("label_exchanges.py"),
        potential=config["potential"],
        corrections=config["hull"]["corrections"],
        known_phases=KNOWN_TABLE,
        known_digest=KNOWN_DIGEST,
        journal=lambda wildcards, output: f"{output.exchanges}.partial",
    script:
        "../workflow_scripts/label_exchanges.py"


rule train_constraint:
    """Train the network that predicts a property of a crystal from its graph."""
    input:
        structures="results/data/structures.parquet",
        shards=READ_GRAPHS,
        lattice=WRITES_ANEW and [AUTOENCODER.format(kind="lattice")],
        networks=WRITES_ANEW and SITE_NETWORKS,
        exchanges=lambda wildcards: exchanges_of(wildcards.property),
        start=START_NETWORK,
    output:
        model="results/constraint/{property}/model.keras",
        history="results/constraint/{property}/history.csv",
    log:
        "results/logs/constraint/{property}.log",
    benchmark:
        "results/benchmarks/constraint/{property}.tsv"
    wildcard_constraints:
        property="|".join(trained("constraint", PROPERTIES)) or "none",
    priority: 1
    conda:
        "../envs/learning.yaml"
    threads: 1  # a second core hardly helps, and the dcgan can train beside it
    resources:
        mem_mb=4000,
        runtime=480,
        gpu=config["hardware"]["gpus"],
    params:
        *code("train_constraint.py"),
        elements=SITE_NETWORK_ELEMENTS,
        settings=TRAINING_OF_CONSTRAINT,
        seed=seed("constraint"),
    script:
        "../workflow_scripts/train_constraint.py"


rule measure_constraint:
    """Predict a property of the atoms that stored graphs decode to, and say how well."""
    input:
        model="results/constraint/{property}/model.keras",
        shards=GRAPH_SHARDS,
        structures="results/data/structures.parquet",
        lattice=AUTOENCODER.format(kind="lattice"),
        networks=SITE_NETWORKS,
    output:
        predictions="results/constraint/{property}/predictions.csv",
        metrics="results/constraint/{property}/metrics.json",
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
        *code("measure_constraint.py"),
        elements=SITE_NETWORK_ELEMENTS,
        reading=config["decode"],
        seed=seed("constraint"),
    script:
        "../workflow_scripts/measure_constraint.py"


rule plot_parity:
    """Draw the predicted values of a property against the true ones."""
    input:
        predictions="results/constraint/{property}/predictions.csv",
    output:
        figure=report(
            "results/constraint/{property}/parity.svg",
            caption="../report/parity.rst",
            category="Learning",
            labels={"figure": "Parity of {property}"},
        ),
    log:
        "results/logs/constraint/parity-{property}.log",
    benchmark:
        "results/benchmarks/constraint/parity-{property}.tsv"
    conda:
        "../envs/workflow.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        *code("plot_parity.py"),
    script:
        "../workflow_scripts/plot_parity.py"
