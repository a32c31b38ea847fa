# Requires: results/data/sources/{source}.parquet of each source of the config, with DFT energies
# Makes:    results/known_phases/known-phases.parquet, to be handed on, with its card
#
# Not a part of any run but that of presets/known-phases.yaml: the table comes with the workflow.

KNOWN_SHARDS = shards(config["known_phases"]["shards"])


rule select_known_phases:
    """Choose the phases near the hull of their DFT energies."""
    input:
        sources=expand("results/data/sources/{source}.parquet", source=SOURCES),
    output:
        table="results/known_phases/selected.parquet",
    log:
        "results/logs/known_phases/select.log",
    benchmark:
        "results/benchmarks/known_phases/select.tsv"
    conda:
        "../envs/workflow.yaml"
    threads: 1
    resources:
        mem_mb=6000,
        runtime=120,
    params:
        *code("select_known_phases.py"),
        max_above_hull=config["known_phases"]["max_above_hull"],
        properties=list(UNITS_OF_PROPERTIES),
    script:
        "../workflow_scripts/select_known_phases.py"


rule label_known_phases:
    """Compute the energies of one shard of the known phases by the potential."""
    input:
        table="results/known_phases/selected.parquet",
    output:
        table="results/known_phases/shard-{shard}.parquet",
    log:
        "results/logs/known_phases/label-{shard}.log",
    benchmark:
        "results/benchmarks/known_phases/label-{shard}.tsv"
    conda:
        "../envs/atomistic.yaml"
    threads: 1
    resources:
        mem_mb=RELAXING,
        runtime=720,
    params:
        *code("label_known_phases.py"),
        potential=config["potential"],
        shards=len(KNOWN_SHARDS),
        journal=lambda wildcards, output: f"{output.table}.partial",
    script:
        "../workflow_scripts/label_known_phases.py"


rule merge_known_phases:
    """Put the shards of known phases into one table with its card."""
    input:
        shards=expand("results/known_phases/shard-{shard}.parquet", shard=KNOWN_SHARDS),
    output:
        table="results/known_phases/known-phases.parquet",
        card="results/known_phases/known-phases.md",
    log:
        "results/logs/known_phases/merge.log",
    benchmark:
        "results/benchmarks/known_phases/merge.tsv"
    conda:
        "../envs/atomistic.yaml"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=30,
    params:
        *code("merge_known_phases.py"),
        told={
            "potential": config["potential"],
            "max_above_hull": config["known_phases"]["max_above_hull"],
            "energy_scheme": DATA["energy_scheme"],
            "properties": UNITS_OF_PROPERTIES,
        },
    script:
        "../workflow_scripts/merge_known_phases.py"
