# Requires: results/graphs/shard-*.h5 and metrics.json, results/data/structures.parquet, the autoencoders
# Makes:    results/evaluation/autoencoder.csv (a row a structure), autoencoder.json and .svg: how many
#           of all structures come back from their graphs; random.svg and worst.svg: some of them;
#           with shipped constraints constraint.json: how well they predict


rule evaluate_graphs:
    """Find which structures of one shard come back from their graphs."""
    input:
        graphs="results/graphs/shard-{shard}.h5",
        structures="results/data/structures.parquet",
        lattice=AUTOENCODER.format(kind="lattice"),
        networks=SITE_NETWORKS,
    output:
        crystals="results/evaluation/shard-{shard}.parquet",
    log:
        "results/logs/evaluation/{shard}.log",
    benchmark:
        "results/benchmarks/evaluation/{shard}.tsv"
    conda:
        "../envs/learning.yaml"
    threads: 1
    resources:
        mem_mb=3000,
        runtime=120,
    params:
        *code("evaluate_graphs.py"),
        elements=SITE_NETWORK_ELEMENTS,
        decode=config["decode"],
    script:
        "../workflow_scripts/evaluate_graphs.py"


rule merge_evaluation:
    """Sum up the round trips of all structures."""
    input:
        shards=expand("results/evaluation/shard-{shard}.parquet", shard=SHARDS),
        structures="results/data/structures.parquet",
    output:
        rows="results/evaluation/autoencoder.csv",
        metrics="results/evaluation/autoencoder.json",
        figure=report(
            "results/evaluation/autoencoder.svg",
            caption="../report/evaluation.rst",
            category="Learning",
            labels={"figure": "Structures that come back"},
        ),
        random="results/evaluation/random.svg",
        worst="results/evaluation/worst.svg",
    log:
        "results/logs/evaluation/merge.log",
    benchmark:
        "results/benchmarks/evaluation/merge.tsv"
    conda:
        "../envs/workflow.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        *code("merge_evaluation.py"),
        seed=seed("evaluation"),
    script:
        "../workflow_scripts/merge_evaluation.py"


rule evaluate_constraint:
    """Say how well the shipped constraints predict the properties of all structures."""
    input:
        predictions=expand("results/constraint/{property}/predictions.csv", property=PROPERTIES),
    output:
        "results/evaluation/constraint.json",
    log:
        "results/logs/evaluation/constraint.log",
    benchmark:
        "results/benchmarks/evaluation/constraint.tsv"
    conda:
        "../envs/learning.yaml"
    threads: 1
    resources:
        mem_mb=1500,
        runtime=10,
    params:
        *code("evaluate_constraint.py"),
        properties=PROPERTIES,
        seed=seed("evaluation"),
    script:
        "../workflow_scripts/evaluate_constraint.py"


rule export_autoencoder:
    """Write a trained autoencoder in half precision, with its model card."""
    input:
        model="results/autoencoder/{kind}/model.keras",
        metrics="results/autoencoder/{kind}/metrics.json",
        round_trip="results/graphs/metrics.json",
        summary="results/data/summary.json",
    output:
        model="results/pretrained/{kind}.keras",
        card="results/pretrained/{kind}.md",
    log:
        "results/logs/evaluation/export-{kind}.log",
    benchmark:
        "results/benchmarks/evaluation/export-{kind}.tsv"
    wildcard_constraints:
        kind="lattice|combined",
    conda:
        "../envs/learning.yaml"
    threads: 1
    resources:
        mem_mb=1500,
        runtime=10,
    params:
        *code("export_autoencoder.py"),
    script:
        "../workflow_scripts/export_autoencoder.py"


rule export_constraint:
    """Copy a trained constraint, with its model card."""
    input:
        model="results/constraint/{property}/model.keras",
        history="results/constraint/{property}/history.csv",
        metrics="results/constraint/{property}/metrics.json",
        summary="results/data/summary.json",
    output:
        model="results/pretrained/{property}.keras",
        card="results/pretrained/{property}.md",
    log:
        "results/logs/evaluation/export-{property}.log",
    benchmark:
        "results/benchmarks/evaluation/export-{property}.tsv"
    conda:
        "../envs/learning.yaml"
    threads: 1
    resources:
        mem_mb=1500,
        runtime=10,
    params:
        *code("export_network.py"),
        name=lambda wildcards: wildcards.property,
        what=lambda wildcards: (
            f"The constraint that predicts {wildcards.property} "
            f"({UNITS_OF_PROPERTIES[wildcards.property]}) from the atoms that a graph holds"
        ),
        settings={k: v for k, v in config["constraint"].items() if k != "properties"},
    script:
        "../workflow_scripts/export_network.py"


rule export_denoiser:
    """Copy the trained denoiser, with its model card."""
    input:
        model="results/denoiser/model.keras",
        history="results/denoiser/history.csv",
        summary="results/data/summary.json",
    output:
        model="results/pretrained/denoiser.keras",
        card="results/pretrained/denoiser.md",
    log:
        "results/logs/evaluation/export-denoiser.log",
    benchmark:
        "results/benchmarks/evaluation/export-denoiser.tsv"
    conda:
        "../envs/learning.yaml"
    threads: 1
    resources:
        mem_mb=1500,
        runtime=10,
    params:
        *code("export_network.py"),
        name="denoiser",
        what="The network that takes noise from the atoms and the cell of a crystal",
        settings=config["denoiser"],
    script:
        "../workflow_scripts/export_network.py"


rule export_generator:
    """Copy a trained generator, its discriminator and compositions, with a model card."""
    input:
        model="results/gan/{variant}/generator.keras",
        discriminator="results/gan/{variant}/discriminator.keras",
        compositions="results/gan/{variant}/compositions.json",
        history="results/gan/{variant}/history.csv",
        summary="results/data/summary.json",
    output:
        model="results/pretrained/{variant}.keras",
        discriminator="results/pretrained/{variant}-discriminator.keras",
        compositions="results/pretrained/{variant}-compositions.json",
        card="results/pretrained/{variant}.md",
    log:
        "results/logs/evaluation/export-{variant}.log",
    benchmark:
        "results/benchmarks/evaluation/export-{variant}.tsv"
    conda:
        "../envs/learning.yaml"
    threads: 1
    resources:
        mem_mb=1500,
        runtime=10,
    params:
        *code("export_network.py"),
        name=lambda wildcards: wildcards.variant,
        what=lambda wildcards: (
            f"The generator of the variant {wildcards.variant}, with the frozen encoders; beside it "
            "its discriminator and the compositions of its training part with their weights"
        ),
        settings={**GAN, "seed": config["gan"]["seed"]},
    script:
        "../workflow_scripts/export_network.py"
