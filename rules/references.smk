# Requires: results/data/structures.parquet, and the table of known phases
# Makes:    results/data/elements.csv and results/references/elements.parquet, the elements by the
#           potential; results/references/{system}/phases.parquet, what crystals of a system compete
#           with, and results/references/crystals-*.parquet, the same for all systems of the relaxed
#           crystals.

COMPETING = {
    "max_above_hull": config["known_phases"]["max_above_hull"],
    "chosen_by": config["known_phases"]["chosen_by"],
    "corrections": config["hull"]["corrections"],
}


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
        mem_mb=RELAXING,
        runtime=120,
    params:
        *code("relax_elements.py"),
        potential=config["potential"],
        systems=SYSTEMS,
        known=COMPETING,
        known_phases=KNOWN_TABLE,
        known_digest=KNOWN_DIGEST,
        journal=lambda wildcards, output: f"{output.phases}.partial",
    script:
        "../workflow_scripts/relax_elements.py"


rule relax_known_phases:
    """Relax the phases that crystals of a system compete with by the potential."""
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
        mem_mb=RELAXING,
        runtime=240,
    params:
        *code("relax_known_phases.py"),
        potential=config["potential"],
        systems=lambda wildcards: [wildcards.system],
        known=COMPETING,
        known_phases=KNOWN_TABLE,
        known_digest=KNOWN_DIGEST,
        journal=lambda wildcards, output: f"{output.table}.partial",
    script:
        "../workflow_scripts/relax_known_phases.py"


rule relax_phases_of_crystals:
    """Relax the phases that the relaxed crystals of some systems decompose into."""
    input:
        structures="results/data/structures.parquet",
        elements="results/references/elements.parquet",
        # Of all variants, which have many systems in common.
        crystals=expand("results/relax/{variant}/relaxed.parquet", variant=VARIANTS),
    output:
        table="results/references/crystals-{shard}.parquet",
    log:
        "results/logs/references/crystals-{shard}.log",
    benchmark:
        "results/benchmarks/references/crystals-{shard}.tsv"
    conda:
        "../envs/atomistic.yaml"
    threads: 1
    resources:
        mem_mb=RELAXING,
        runtime=720,
    params:
        *code("relax_phases_of_crystals.py"),
        potential=config["potential"],
        shard=lambda wildcards: int(wildcards.shard),
        shards=config["relax"]["shards"],
        known=COMPETING,
        known_phases=KNOWN_TABLE,
        known_digest=KNOWN_DIGEST,
        journal=lambda wildcards, output: f"{output.table}.partial",
    script:
        "../workflow_scripts/relax_phases_of_crystals.py"
