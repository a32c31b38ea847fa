# Requires: results/screen/{variant}/novel.parquet, results/data/structures.parquet,
#           results/data/elements.csv
# Makes:    results/relax/{variant}/relaxed.parquet (a row for each crystal) and, of its rows, relaxed.csv;
#           results/relax/energies.svg


rule rank_crystals:
    """Rank the novel crystals of a variant by their energies above the known hull, as decoded."""
    input:
        novel="results/screen/{variant}/novel.parquet",
        elements="results/data/elements.csv",
        phases=[known_phases(system) for system in SYSTEMS],
    output:
        table="results/screen/{variant}/ranked.csv",
    log:
        "results/logs/screen/{variant}-ranked.log",
    benchmark:
        "results/benchmarks/screen/{variant}-ranked.tsv"
    conda:
        "../envs/atomistic.yaml"
    threads: 1
    resources:
        mem_mb=RELAXING,
        runtime=120,
    params:
        *code("rank_crystals.py"),
        potential=config["potential"],
        corrections=config["hull"]["corrections"],
    script:
        "../workflow_scripts/rank_crystals.py"


rule relax_crystals:
    """Relax one shard of the novel crystals of a variant by the potential."""
    input:
        novel="results/screen/{variant}/novel.parquet",
        structures="results/data/structures.parquet",
        elements="results/data/elements.csv",
        ranked=(
            ["results/screen/{variant}/ranked.csv"] if config["relax"]["choose"] == "best" else []
        ),
    output:
        crystals="results/relax/{variant}/shard-{shard}.parquet",
    log:
        "results/logs/relax/{variant}-{shard}.log",
    benchmark:
        "results/benchmarks/relax/{variant}-{shard}.tsv"
    conda:
        "../envs/atomistic.yaml"
    threads: 1
    resources:
        mem_mb=RELAXING,
        runtime=120,
    params:
        *code("relax_crystals.py"),
        potential=config["potential"],
        first=config["relax"]["first"],
        keep_symmetry=False,
        max_structures=config["relax"]["max_structures"],
        systems=SYSTEMS if config["relax"]["within"] else None,
        shards=config["relax"]["shards"],
        corrections=config["hull"]["corrections"],
        known_phases=KNOWN_TABLE,
        known_digest=KNOWN_DIGEST,
        journal=lambda wildcards, output: f"{output.crystals}.partial",
        # One lot for all shards and variants, so that these share what is relaxed of each graph.
        seed=stable_seed(config["seed"], "relax"),
    script:
        "../workflow_scripts/relax_crystals.py"


rule merge_relaxed:
    """Join the shards of relaxed crystals of a variant."""
    input:
        shards=expand(
            "results/relax/{{variant}}/shard-{shard}.parquet",
            shard=shards(config["relax"]["shards"]),
        ),
    output:
        crystals="results/relax/{variant}/relaxed.parquet",
        rows="results/relax/{variant}/relaxed.csv",
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
    params:
        *code("merge_relaxed.py"),
    script:
        "../workflow_scripts/merge_relaxed.py"


rule plot_energies:
    """Draw formation energies before and after relaxation."""
    input:
        relaxed=expand("results/relax/{variant}/relaxed.parquet", variant=VARIANTS),
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
        *code("plot_energies.py"),
        variants=VARIANTS,
    script:
        "../workflow_scripts/plot_energies.py"
