# Requires: results/hull/{system}/hull.csv, results/relax/{variant}/relaxed.parquet,
#           results/crystals/{variant}/shard-*.parquet, results/references/{system}/phases.parquet
# Makes:    results/dft/{system}/decks/ (a folder a candidate), results/dft/{system}/candidates.csv;
#           with an engine: references/, calculations.csv, runs/, energies.parquet, energies.csv,
#           hull.csv and hull.svg in results/dft/{system}/, and results/dft/parity.csv, parity.json
#           and parity.svg

# What decides the decks, what only decides how they are run, and what their energies are.
DECKS = {
    k: config["dft"][k]
    for k in ("candidates", "engines", "start", "kpoint_spacing", "hubbard", "espresso")
}
RUNS = {k: config["dft"][k] for k in ("engine", "timeout", "threads", "commands", "espresso")}
ENERGIES = {k: config["dft"][k] for k in ("engine", "hubbard", "corrections")}


rule make_decks:
    """Choose the best crystals of a system and write their input decks for DFT codes."""
    input:
        hull="results/hull/{system}/hull.csv",
        relaxed=expand("results/relax/{variant}/relaxed.parquet", variant=WITH_GRAPHS),
        generated=expand(
            "results/crystals/{variant}/shard-{shard}.parquet",
            variant=WITH_GRAPHS,
            shard=GENERATED_SHARDS,
        ),
    output:
        decks=directory("results/dft/{system}/decks"),
        candidates="results/dft/{system}/candidates.csv",
    log:
        "results/logs/dft/{system}.log",
    benchmark:
        "results/benchmarks/dft/{system}.tsv"
    group:
        "dft"
    conda:
        "../envs/workflow.yaml"
    threads: 1
    resources:
        mem_mb=1500,
        runtime=15,
    params:
        *code("make_decks.py"),
        dft=DECKS,
        potential=SCHEME,
        seed=config["seed"],
    script:
        "../workflow_scripts/make_decks.py"


checkpoint list_calculations:
    """Write the decks of the known phases that a system's candidates compete with; list all."""
    input:
        hull="results/hull/{system}/hull.csv",
        structures=lambda wildcards: known_phases(wildcards.system),
        candidates="results/dft/{system}/candidates.csv",
    output:
        decks=directory("results/dft/{system}/references"),
        calculations="results/dft/{system}/calculations.csv",
    log:
        "results/logs/dft/{system}-calculations.log",
    benchmark:
        "results/benchmarks/dft/{system}-calculations.tsv"
    conda:
        "../envs/dft.yaml"
    threads: 1
    resources:
        mem_mb=1500,
        runtime=15,
    params:
        *code("list_calculations.py"),
        decks=DECKS,
        run=RUNS,
        energies=ENERGIES,
        above=config["dft"]["competing"],
        potential=SCHEME,
        seed=config["seed"],
    script:
        "../workflow_scripts/list_calculations.py"


rule run_dft:
    """Relax one crystal by DFT; its folder beside the row stays and is gone on with."""
    input:
        decks="results/dft/{system}/decks",
        references="results/dft/{system}/references",
    output:
        row="results/dft/{system}/runs/{crystal}.parquet",
        structure="results/dft/{system}/runs/{crystal}.extxyz",
    log:
        "results/logs/dft/{system}/{crystal}.log",
    benchmark:
        "results/benchmarks/dft/{system}/{crystal}.tsv"
    conda:
        "../envs/dft.yaml"
    threads: config["dft"]["threads"]
    resources:
        mem_mb=4000,
        runtime=2 * config["dft"]["timeout"] + 10,
    params:
        *code("run_dft.py"),
        run=RUNS,
        folder=lambda wildcards, output: output.row.removesuffix(".parquet"),
    script:
        "../workflow_scripts/run_dft.py"


rule build_dft_hull:
    """Build and draw the known and the redefined convex hull of a system on DFT energies."""
    input:
        calculations="results/dft/{system}/calculations.csv",
        runs=dft_runs,
    output:
        energies="results/dft/{system}/energies.csv",
        crystals="results/dft/{system}/energies.parquet",
        table="results/dft/{system}/hull.csv",
        figure=report(
            "results/dft/{system}/hull.svg",
            caption="../report/dft_hull.rst",
            category="Convex hulls",
            labels={"figure": "{system}, DFT"},
        ),
    log:
        "results/logs/dft/{system}-hull.log",
    benchmark:
        "results/benchmarks/dft/{system}-hull.tsv"
    conda:
        "../envs/workflow.yaml"
    threads: 1
    resources:
        mem_mb=1500,
        runtime=15,
    params:
        *code("build_dft_hull.py"),
        variants=WITH_GRAPHS,
        energies=ENERGIES,
        stable_below=config["hull"]["stable_below"],
    script:
        "../workflow_scripts/build_dft_hull.py"


rule compare_dft:
    """Put the energies by DFT of all systems beside those by the potential."""
    input:
        energies=expand("results/dft/{system}/energies.parquet", system=SYSTEMS),
        hulls=expand("results/dft/{system}/hull.csv", system=SYSTEMS),
        potential_hulls=expand("results/hull/{system}/hull.csv", system=SYSTEMS),
    output:
        table="results/dft/parity.csv",
        summary="results/dft/parity.json",
        figure=report(
            "results/dft/parity.svg",
            caption="../report/dft_parity.rst",
            category="Convex hulls",
            labels={"figure": "DFT beside the potential"},
        ),
    log:
        "results/logs/dft/parity.log",
    benchmark:
        "results/benchmarks/dft/parity.tsv"
    conda:
        "../envs/workflow.yaml"
    threads: 1
    resources:
        mem_mb=1500,
        runtime=15,
    params:
        *code("compare_dft.py"),
        systems=SYSTEMS,
        potential=SCHEME,
    script:
        "../workflow_scripts/compare_dft.py"
