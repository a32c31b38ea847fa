# Requires: results/graphs/shard-*.h5, results/data/structures.parquet, the autoencoders
# Makes:    results/constraint/{property}/{model.keras,history.csv,predictions.csv,metrics.json,
#           parity.svg}


rule train_constraint:
    """Train the network that predicts a property, and predict it from the stored graphs."""
    input:
        shards=GRAPH_SHARDS,
        structures="results/data/structures.parquet",
        lattice=AUTOENCODER.format(kind="lattice"),
        networks=SITE_NETWORKS,
        code=code("train_constraint.py"),
    output:
        model="results/constraint/{property}/model.keras",
        history="results/constraint/{property}/history.csv",
        predictions="results/constraint/{property}/predictions.csv",
        metrics="results/constraint/{property}/metrics.json",
        parity=report(
            "results/constraint/{property}/parity.svg",
            caption="../report/parity.rst",
            category="Learning",
            labels={"figure": "Parity of {property}"},
        ),
    log:
        "results/logs/constraint/{property}.log",
    benchmark:
        "results/benchmarks/constraint/{property}.tsv"
    priority: 1
    conda:
        "../envs/learning.yaml"
    threads: 1  # a second core hardly helps, and the dcgan can train beside it
    resources:
        mem_mb=4000,
        runtime=480,
        gpu=config["hardware"]["gpus"],
    params:
        elements=SITE_NETWORK_ELEMENTS,
        reading=config["decode"],
        settings={k: v for k, v in config["constraint"].items() if k != "properties"},
        seed=seed("constraint"),
    script:
        "../workflow_scripts/train_constraint.py"
