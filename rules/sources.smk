# Requires: a network, a key or files, as the source says; nothing for the sources
# `prototypes` and `known_phases`.
# Makes: results/data/sources/{source}.parquet, all that a source gave, before cells and filters. What
# a query has fetched is kept in results/data/sources/{source}/ until the query changes.


rule read_local:
    """Read the structures of data.path: Parquet, CIFs, extended XYZ, ASE database or JSON."""
    input:
        path=DATA["path"] or [],
    output:
        table="results/data/sources/local.parquet",
    log:
        "results/logs/data/read_local.log",
    benchmark:
        "results/benchmarks/data/read_local.tsv"
    conda:
        "../envs/workflow.yaml"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=60,
    params:
        *code("read_local.py"),
        data={key: DATA[key] for key in ("columns", "energy_scheme")},
        units=UNITS_OF_PROPERTIES,
        limits=DATA["limits"],
    script:
        "../workflow_scripts/read_local.py"


rule read_known_phases:
    """Read the phases of the table of known ones within the systems of the run."""
    output:
        table="results/data/sources/known_phases.parquet",
    log:
        "results/logs/data/read_known_phases.log",
    benchmark:
        "results/benchmarks/data/read_known_phases.tsv"
    conda:
        "../envs/workflow.yaml"
    threads: 1
    resources:
        mem_mb=2500,
        runtime=30,
    params:
        *code("read_known_phases.py"),
        known_phases=KNOWN_TABLE,
        known_digest=KNOWN_DIGEST,
        systems=SYSTEMS,
        properties=list(UNITS_OF_PROPERTIES),
    script:
        "../workflow_scripts/read_known_phases.py"


rule fetch_materials_project:
    """Fetch the structures of a query to the Materials Project."""
    output:
        table="results/data/sources/materials_project.parquet",
    log:
        "results/logs/data/fetch_materials_project.log",
    benchmark:
        "results/benchmarks/data/fetch_materials_project.tsv"
    conda:
        "../envs/sources.yaml"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=240,
    params:
        *code("fetch_materials_project.py"),
        settings=DATA["materials_project"],
        properties=list(UNITS_OF_PROPERTIES),
        pages=lambda wildcards, output: output.table.removesuffix(".parquet"),
    script:
        "../workflow_scripts/fetch_materials_project.py"


rule fetch_matbench:
    """Fetch the structures of a Matbench dataset."""
    output:
        table="results/data/sources/matbench.parquet",
    log:
        "results/logs/data/fetch_matbench.log",
    benchmark:
        "results/benchmarks/data/fetch_matbench.tsv"
    conda:
        "../envs/sources.yaml"
    threads: 1
    resources:
        mem_mb=16000,
        runtime=240,
    params:
        *code("fetch_matbench.py"),
        settings=DATA["matbench"],
        properties=list(UNITS_OF_PROPERTIES),
        pages=lambda wildcards, output: output.table.removesuffix(".parquet"),
    script:
        "../workflow_scripts/fetch_matbench.py"


rule fetch_optimade:
    """Fetch the structures of a filter from an OPTIMADE provider."""
    output:
        table="results/data/sources/optimade.parquet",
    log:
        "results/logs/data/fetch_optimade.log",
    benchmark:
        "results/benchmarks/data/fetch_optimade.tsv"
    conda:
        "../envs/sources.yaml"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=240,
    params:
        *code("fetch_optimade.py"),
        settings=DATA["optimade"],
        properties=list(UNITS_OF_PROPERTIES),
        pages=lambda wildcards, output: output.table.removesuffix(".parquet"),
    script:
        "../workflow_scripts/fetch_optimade.py"
