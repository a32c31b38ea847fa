# Requires: the networks of a run, results/autoencoder/{kind}/metrics.json, results/graphs/metrics.json,
#           results/constraint/{property}/metrics.json, results/**/history.csv, results/data/summary.json
# Makes:    results/pretrained/{kind}.keras and .md (model cards): networks to be handed on


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
        "results/logs/export/{kind}.log",
    benchmark:
        "results/benchmarks/export/{kind}.tsv"
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
        "results/logs/export/{property}.log",
    benchmark:
        "results/benchmarks/export/{property}.tsv"
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
        "results/logs/export/denoiser.log",
    benchmark:
        "results/benchmarks/export/denoiser.tsv"
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


use rule export_denoiser as export_refiner with:
    input:
        model="results/refiner/model.keras",
        history="results/refiner/history.csv",
        summary="results/data/summary.json",
    output:
        model="results/pretrained/refiner.keras",
        card="results/pretrained/refiner.md",
    log:
        "results/logs/export/refiner.log",
    benchmark:
        "results/benchmarks/export/refiner.tsv"
    params:
        *code("export_network.py"),
        name="refiner",
        what="The network that brings crystals whose elements were exchanged to rest",
        settings=config["refiner"],


rule export_templates:
    """Copy the templates, with a card."""
    input:
        templates="results/templates/crystals.parquet",
        summary="results/data/summary.json",
    output:
        templates="results/pretrained/templates.parquet",
        card="results/pretrained/templates.md",
    log:
        "results/logs/export/templates.log",
    benchmark:
        "results/benchmarks/export/templates.tsv"
    conda:
        "../envs/learning.yaml"
    threads: 1
    resources:
        mem_mb=1500,
        runtime=10,
    params:
        *code("export_templates.py"),
    script:
        "../workflow_scripts/export_templates.py"


rule export_generator:
    """Copy a trained generator and its compositions, with a model card."""
    input:
        model="results/gan/{variant}/generator.keras",
        compositions="results/gan/{variant}/compositions.json",
        history="results/gan/{variant}/history.csv",
        summary="results/data/summary.json",
    output:
        model="results/pretrained/{variant}.keras",
        compositions="results/pretrained/{variant}-compositions.json",
        card="results/pretrained/{variant}.md",
    log:
        "results/logs/export/{variant}.log",
    benchmark:
        "results/benchmarks/export/{variant}.tsv"
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
            f"The generator of the variant {wildcards.variant}; beside it the "
            "compositions of its training part with their weights"
        ),
        settings={**GAN, "seed": config["gan"]["seed"]},
    script:
        "../workflow_scripts/export_network.py"
