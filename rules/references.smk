# Requires: results/data/structures.parquet
# Makes:    results/data/elements.csv and results/references/elements.parquet, the elements by the
#           potential; results/references/{system}/phases.parquet, the known phases of a system, and
#           results/references/{variant}.parquet, those of all systems of its relaxed crystals.
#
# Only for data whose energies are not the potential's own: the source `prototypes` alone brings
# the relaxed phases and elements itself.

if OTHER_SOURCES:

    rule relax_elements:
        """Relax the elements by the potential: the zero of its formation energies."""
        input:
            structures="results/data/structures.parquet",
        output:
            table="results/data/elements.csv",
            phases="results/references/elements.parquet",
        log:
            "results/logs/references/elements.log",
        benchmark:
            "results/benchmarks/references/elements.tsv"
        conda:
            "../envs/atomistic.yaml"
        threads: 1
        resources:
            mem_mb=3000,
            runtime=120,
        params:
            *code("relax_elements.py"),
            potential=config["potential"],
            systems=SYSTEMS,
            journal=lambda wildcards, output: f"{output.phases}.partial",
        script:
            "../workflow_scripts/relax_elements.py"

    rule relax_known_phases:
        """Relax the compounds of the data within a system by the potential."""
        input:
            structures="results/data/structures.parquet",
            elements="results/references/elements.parquet",
        output:
            table="results/references/{system}/phases.parquet",
        log:
            "results/logs/references/{system}.log",
        benchmark:
            "results/benchmarks/references/{system}.tsv"
        conda:
            "../envs/atomistic.yaml"
        threads: 1
        resources:
            mem_mb=3000,
            runtime=240,
        params:
            *code("relax_known_phases.py"),
            potential=config["potential"],
            systems=lambda wildcards: [wildcards.system],
            max_above_hull=None,
            journal=lambda wildcards, output: f"{output.table}.partial",
        script:
            "../workflow_scripts/relax_known_phases.py"

    rule relax_phases_of_crystals:
        """Relax the compounds of the data within the systems of a variant's relaxed crystals."""
        input:
            structures="results/data/structures.parquet",
            elements="results/references/elements.parquet",
            relaxed=["results/relax/{variant}/relaxed.parquet"],
        output:
            table="results/references/{variant}.parquet",
        log:
            "results/logs/references/{variant}.log",
        benchmark:
            "results/benchmarks/references/{variant}.tsv"
        conda:
            "../envs/atomistic.yaml"
        threads: 1
        resources:
            mem_mb=3000,
            runtime=720,
        params:
            *code("relax_known_phases.py"),
            potential=config["potential"],
            systems=None,  # those of the relaxed crystals
            max_above_hull=config["known_phases"]["max_above_hull"],
            journal=lambda wildcards, output: f"{output.table}.partial",
        script:
            "../workflow_scripts/relax_known_phases.py"
