# Requires: results/screen/{variant}/novel.extxyz, results/data/structures.parquet,
#           results/data/elements.csv
# Makes:    results/relax/{variant}/relaxed.csv (a row for each crystal), relaxed.extxyz;
#           results/relax/energies.svg


rule relax_crystals:
    """Relax one shard of the novel crystals of a variant by the potential."""
    input:
        novel="results/screen/{variant}/novel.extxyz",
        structures="results/data/structures.parquet",
        elements="results/data/elements.csv",
        code=code("relax_crystals.py"),
    output:
        rows="results/relax/{variant}/shard-{shard}.csv",
        crystals="results/relax/{variant}/shard-{shard}.extxyz",
    log:
        "results/logs/relax/{variant}-{shard}.log",
    benchmark:
        "results/benchmarks/relax/{variant}-{shard}.tsv"
    conda:
        "../envs/atomistic.yaml"
    threads: 1
    resources:
        mem_mb=3000,
        runtime=120,
    params:
        potential=config["potential"],
        relax=config["relax"],
        journal=lambda wildcards, output: f"{output.rows}.partial",
        # One draw for all shards of a variant: the shard is no part of the seed.
        seed=lambda wildcards: stable_seed(config["seed"], "relax", wildcards.variant),
    script:
        "../workflow_scripts/relax_crystals.py"


rule merge_relaxed:
    """Join the shards of relaxed crystals of a variant."""
    input:
        rows=expand(
            "results/relax/{{variant}}/shard-{shard}.csv",
            shard=shards(config["relax"]["shards"]),
        ),
        crystals=expand(
            "results/relax/{{variant}}/shard-{shard}.extxyz",
            shard=shards(config["relax"]["shards"]),
        ),
        code=code("merge_relaxed.py"),
    output:
        rows="results/relax/{variant}/relaxed.csv",
        crystals="results/relax/{variant}/relaxed.extxyz",
    log:
        "results/logs/relax/{variant}.log",
    benchmark:
        "results/benchmarks/relax/{variant}.tsv"
    group:
        "hull"
    conda:
        "../envs/workflow.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    script:
        "../workflow_scripts/merge_relaxed.py"


rule plot_energies:
    """Draw formation energies before and after relaxation."""
    input:
        rows=expand("results/relax/{variant}/relaxed.csv", variant=VARIANTS),
        code=code("plot_energies.py"),
    output:
        figure=report(
            "results/relax/energies.svg",
            caption="../report/energies.rst",
            category="Relaxation",
            labels={"figure": "Formation energies"},
        ),
    log:
        "results/logs/relax/energies.log",
    benchmark:
        "results/benchmarks/relax/energies.tsv"
    group:
        "hull"
    conda:
        "../envs/workflow.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        variants=VARIANTS,
    script:
        "../workflow_scripts/plot_energies.py"
