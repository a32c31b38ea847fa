# Requires: results/data/sources/{source}.parquet of each source of the config
# Makes:    results/data/structures.parquet, the training set, with summary.json and rejected.csv
#           beside it, and the figures structures.svg and elements.svg


rule standardise_structures:
    """Bring one shard of the structures into standard cells; filter; drop duplicates."""
    input:
        sources=expand("results/data/sources/{source}.parquet", source=SOURCES),
    output:
        table="results/data/standard/shard-{shard}.parquet",
    log:
        "results/logs/data/standardise_structures-{shard}.log",
    benchmark:
        "results/benchmarks/data/standardise_structures-{shard}.tsv"
    group:
        "data"
    conda:
        "../envs/workflow.yaml"
    threads: 1
    resources:
        mem_mb=2500,
        runtime=60,
    params:
        *code("standardise_structures.py"),
        shards=DATA["shards"],
        cell=DATA["cell"],
        filters=DATA["filters"],
        max_atoms=DATA["limits"]["atoms"],
        required={entry["name"]: entry["required"] for entry in DATA["properties"]},
    script:
        "../workflow_scripts/standardise_structures.py"


rule merge_structures:
    """Put the shards into one table and split it."""
    input:
        sources=expand("results/data/sources/{source}.parquet", source=SOURCES),
        shards=expand("results/data/standard/shard-{shard}.parquet", shard=shards(DATA["shards"])),
    output:
        table="results/data/structures.parquet",
        summary="results/data/summary.json",
        rejected="results/data/rejected.csv",
    log:
        "results/logs/data/merge_structures.log",
    benchmark:
        "results/benchmarks/data/merge_structures.tsv"
    group:
        "data"
    conda:
        "../envs/workflow.yaml"
    threads: 1
    resources:
        mem_mb=2500,
        runtime=10,
    params:
        *code("merge_structures.py"),
        sources=SOURCES,
        units=UNITS_OF_PROPERTIES,
        cell=DATA["cell"],
        split=DATA["split"],
        seed=seed("structures"),
    script:
        "../workflow_scripts/merge_structures.py"


rule plot_structures:
    """Draw energies, sizes and elements of the training set's structures."""
    input:
        table="results/data/structures.parquet",
    output:
        figure=report(
            "results/data/structures.svg",
            caption="../report/structures.rst",
            category="Data",
            labels={"figure": "Training set"},
        ),
        elements=report(
            "results/data/elements.svg",
            caption="../report/data_elements.rst",
            category="Data",
            labels={"figure": "Elements of the training set"},
        ),
    log:
        "results/logs/data/plot_structures.log",
    benchmark:
        "results/benchmarks/data/plot_structures.tsv"
    group:
        "data"
    conda:
        "../envs/workflow.yaml"
    threads: 1
    resources:
        mem_mb=1500,
        runtime=10,
    params:
        *code("plot_structures.py"),
        systems=SYSTEMS,
        units=UNITS_OF_PROPERTIES,
    script:
        "../workflow_scripts/plot_structures.py"
