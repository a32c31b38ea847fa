# Requires: results/data/structures.parquet, results/graphs/shard-*.h5, the autoencoders
# Makes:    results/constraint/{property}/{model.keras,history.csv,predictions.csv,metrics.json,
#           parity.svg}


rule train_constraint:
    """Train the network that predicts a property of a crystal from its graph."""
    input:
        structures="results/data/structures.parquet",
        # Only the paper's network is trained on the graphs; ours on the atoms that they hold.
        shards=GRAPH_SHARDS if config["constraint"]["network"] == "paper" else [],
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
        settings={k: v for k, v in config["constraint"].items() if k != "properties"},
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
