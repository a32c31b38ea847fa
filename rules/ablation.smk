# Requires: results/statistics/{variant}.json, results/relax/{variant}/relaxed.parquet
# Makes:    results/statistics/ablation.svg; results/statistics/pairs.csv, the variants and arms graph
#           by graph where their compositions are equal


rule plot_ablation:
    """Draw what tells the variants, arms and baselines apart."""
    input:
        measures=rules.compare_statistics.input.measures,
    output:
        figure=report(
            "results/statistics/ablation.svg",
            caption="../report/ablation.rst",
            category="Statistics",
            labels={"figure": "What the parts are worth"},
        ),
    log:
        "results/logs/statistics/ablation.log",
    benchmark:
        "results/benchmarks/statistics/ablation.tsv"
    conda:
        "../envs/workflow.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        *code("plot_ablation.py"),
        variants=VARIANTS,
    script:
        "../workflow_scripts/plot_ablation.py"


rule compare_pairs:
    """Compare variants and arms graph by graph where their compositions are equal."""
    input:
        relaxed=expand("results/relax/{variant}/relaxed.parquet", variant=WITH_GRAPHS),
    output:
        table=report(
            "results/statistics/pairs.csv",
            caption="../report/pairs.rst",
            category="Statistics",
            labels={"figure": "At equal compositions"},
        ),
    log:
        "results/logs/statistics/pairs.log",
    benchmark:
        "results/benchmarks/statistics/pairs.tsv"
    conda:
        "../envs/workflow.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        *code("compare_pairs.py"),
        variants=WITH_GRAPHS,
        keep_unconverged=config["relax"]["keep_unconverged"],
    script:
        "../workflow_scripts/compare_pairs.py"
