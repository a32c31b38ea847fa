# Requires: results/data/structures.parquet
# Makes:    results/templates/crystals.parquet


rule collect_templates:
    """Collect the training crystals by structure type, from which new crystals start."""
    input:
        structures="results/data/structures.parquet",
    output:
        "results/{network}/crystals.parquet",
    log:
        "results/logs/{network}/collect.log",
    benchmark:
        "results/benchmarks/{network}/collect.tsv"
    wildcard_constraints:
        network="none" if TAKEN["templates"] else "templates",
    conda:
        "../envs/workflow.yaml"
    threads: 1
    resources:
        mem_mb=3000,
        runtime=60,
    params:
        *code("collect_templates.py"),
        seed=seed("templates"),
    script:
        "../workflow_scripts/collect_templates.py"
