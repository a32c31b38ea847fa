# Requires: results/data/structures.parquet, or results/references/{system}/phases.parquet where
#           the energies are the potential's; results/data/elements.csv,
#           results/screen/{variant}/{screen.csv,novel.parquet}, results/relax/{variant}/relaxed.parquet
# Makes:    results/hull/{system}/hull.csv, hull.svg, growth.csv, growth.svg; results/hull/table1.csv,
#           table1.html and paper_phases.csv


rule build_hull:
    """Build and draw both convex hulls of a system, from the first few graphs and from all."""
    input:
        phases=lambda wildcards: [known_phases(wildcards.system)],
        elements="results/data/elements.csv",
        screened=expand("results/screen/{variant}/screen.csv", variant=WITH_GRAPHS),
        relaxed=expand("results/relax/{variant}/relaxed.parquet", variant=WITH_GRAPHS),
    output:
        table="results/hull/{system}/hull.csv",
        figure=report(
            "results/hull/{system}/hull.svg",
            caption="../report/hull.rst",
            category="Convex hulls",
            labels={"figure": "{system}"},
        ),
        growth="results/hull/{system}/growth.csv",
        growth_figure=report(
            "results/hull/{system}/growth.svg",
            caption="../report/growth.rst",
            category="Convex hulls",
            labels={"figure": "{system}, few graphs and many"},
        ),
    log:
        "results/logs/hull/{system}.log",
    benchmark:
        "results/benchmarks/hull/{system}.tsv"
    group:
        "hull"
    conda:
        "../envs/workflow.yaml"
    threads: 1
    resources:
        mem_mb=1500,
        runtime=15,
    params:
        *code("build_hull.py"),
        variants=WITH_GRAPHS,
        energies=KNOWN_ENERGIES,
        stable_below=config["hull"]["stable_below"],
        keep_unconverged=config["relax"]["keep_unconverged"],
        few=config["hull"]["few"],
        graphs=max(generate_settings(variant)["graphs"] for variant in WITH_GRAPHS),
    script:
        "../workflow_scripts/build_hull.py"


rule make_table1:
    """Make table 1 of the paper for this run."""
    input:
        hulls=expand("results/hull/{system}/hull.csv", system=SYSTEMS),
        screened=expand("results/screen/{variant}/screen.csv", variant=WITH_GRAPHS),
        relaxed=expand("results/relax/{variant}/relaxed.parquet", variant=WITH_GRAPHS),
    output:
        table="results/hull/table1.csv",
        page=report(
            "results/hull/table1.html",
            caption="../report/table1.rst",
            category="Convex hulls",
            labels={"figure": "Table 1"},
        ),
    log:
        "results/logs/hull/table1.log",
    benchmark:
        "results/benchmarks/hull/table1.tsv"
    group:
        "hull"
    conda:
        "../envs/workflow.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        *code("make_table1.py"),
        variants=WITH_GRAPHS,
        energies=[SCHEME, config["hull"]["corrections"]],
        keep_unconverged=config["relax"]["keep_unconverged"],
        systems=SYSTEMS,
    script:
        "../workflow_scripts/make_table1.py"


rule find_paper_phases:
    """Look for the new phases of the paper among the crystals of this run."""
    input:
        hulls=expand("results/hull/{system}/hull.csv", system=SYSTEMS),
        novel=expand("results/screen/{variant}/novel.parquet", variant=WITH_GRAPHS),
    output:
        table=report(
            "results/hull/paper_phases.csv",
            caption="../report/paper_phases.rst",
            category="Convex hulls",
            labels={"figure": "New phases of the paper"},
        ),
    log:
        "results/logs/hull/paper_phases.log",
    benchmark:
        "results/benchmarks/hull/paper_phases.tsv"
    group:
        "hull"
    conda:
        "../envs/workflow.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        *code("find_paper_phases.py"),
        variants=WITH_GRAPHS,
        systems=SYSTEMS,
    script:
        "../workflow_scripts/find_paper_phases.py"
