# Requires: the config alone (the prototypes and the potential's weights come with the packages).
# Makes: results/data/sources/prototypes.parquet
#
# A unit is an element (Co) or a chemical system (Co-Hf); the units of a system are all of its
# subsystems. The jobs of a unit know nothing of the other systems, so a system added to the config
# leaves their labels alone.

from itertools import combinations

UNITS = sorted(
    {
        "-".join(part)
        for system in SYSTEMS
        for size in range(1, system.count("-") + 2)
        for part in combinations(system.split("-"), size)
    }
)


rule decorate_prototypes:
    """Decorate the AFLOW prototypes with the elements of a unit."""
    output:
        table="results/data/prototypes/{unit}/candidates.parquet",
    log:
        "results/logs/data/decorate_prototypes-{unit}.log",
    benchmark:
        "results/benchmarks/data/decorate_prototypes-{unit}.tsv"
    conda:
        "../envs/workflow.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        *code("decorate_prototypes.py"),
        filters=config["data"]["filters"],
        max_prototypes=config["data"]["prototypes"]["max_prototypes"],
    script:
        "../workflow_scripts/decorate_prototypes.py"


rule relax_prototypes:
    """Relax a share of a unit's candidates with the potential."""
    input:
        candidates="results/data/prototypes/{unit}/candidates.parquet",
    output:
        table="results/data/prototypes/{unit}/relaxed-{shard}.parquet",
    log:
        "results/logs/data/relax_prototypes-{unit}-{shard}.log",
    benchmark:
        "results/benchmarks/data/relax_prototypes-{unit}-{shard}.tsv"
    conda:
        "../envs/atomistic.yaml"
    threads: 1
    resources:
        mem_mb=RELAXING,
        runtime=120,
    params:
        *code("relax_prototypes.py"),
        potential=config["potential"],
        filters=config["data"]["filters"],
        shards=lambda wildcards: len(relaxed_shards(wildcards)),
        journal=lambda wildcards, output: f"{output.table}.partial",
    script:
        "../workflow_scripts/relax_prototypes.py"


rule merge_phases:
    """Merge the relaxed shards of a unit; drop duplicates and high energies."""
    input:
        candidates="results/data/prototypes/{unit}/candidates.parquet",
        relaxed=relaxed_shards,
        elements=element_phases,
    output:
        table="results/data/prototypes/{unit}/phases.parquet",
    log:
        "results/logs/data/merge_phases-{unit}.log",
    benchmark:
        "results/benchmarks/data/merge_phases-{unit}.tsv"
    group:
        "phases"
    conda:
        "../envs/workflow.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        *code("merge_phases.py"),
        max_energy=config["data"]["filters"]["max_energy"],
    script:
        "../workflow_scripts/merge_phases.py"


rule label_copies:
    """Strain and rattle the phases of a unit and label the copies."""
    input:
        phases="results/data/prototypes/{unit}/phases.parquet",
    output:
        table="results/data/prototypes/{unit}/copies.parquet",
    log:
        "results/logs/data/label_copies-{unit}.log",
    benchmark:
        "results/benchmarks/data/label_copies-{unit}.tsv"
    conda:
        "../envs/atomistic.yaml"
    threads: 1
    resources:
        mem_mb=RELAXING,
        runtime=60,
    params:
        *code("label_copies.py"),
        potential=config["potential"],
        filters=config["data"]["filters"],
        copies=config["data"]["prototypes"]["copies"],
        # The name is a part of the seed: by another one the copies would be others.
        seed=seed("variants"),
    script:
        "../workflow_scripts/label_copies.py"


rule merge_prototypes:
    """Put the phases and copies of all units into the table of the source."""
    input:
        phases=expand("results/data/prototypes/{unit}/phases.parquet", unit=UNITS),
        copies=expand("results/data/prototypes/{unit}/copies.parquet", unit=UNITS),
    output:
        table="results/data/sources/prototypes.parquet",
    log:
        "results/logs/data/merge_prototypes.log",
    benchmark:
        "results/benchmarks/data/merge_prototypes.tsv"
    group:
        "data"
    conda:
        "../envs/workflow.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        *code("merge_prototypes.py"),
        potential=SCHEME,
        max_energy=config["data"]["filters"]["max_energy"],
    script:
        "../workflow_scripts/merge_prototypes.py"
