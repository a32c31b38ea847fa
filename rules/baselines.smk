# Requires: results/data/structures.parquet
# Makes:    results/crystals/{baseline}/batch-*.{csv,extxyz}, as decode_graphs does of a variant


rule make_baseline:
    """Make one batch of the crystals of a baseline: compositions as generated, but no network."""
    input:
        structures="results/data/structures.parquet",
        code=code("make_baseline.py"),
    output:
        manifest="results/crystals/{baseline}/batch-{batch}.csv",
        crystals="results/crystals/{baseline}/batch-{batch}.extxyz",
    log:
        "results/logs/baselines/{baseline}-{batch}.log",
    benchmark:
        "results/benchmarks/baselines/{baseline}-{batch}.tsv"
    wildcard_constraints:
        baseline="|".join(BASELINES) or "none",
    conda:
        "../envs/statistics.yaml"
    threads: 1
    resources:
        mem_mb=2500,
        runtime=240,
    params:
        generate=config["generate"],
        min_distance=config["decode"]["min_distance"],
        # The same for all baselines and batches: see generate_graphs.
        seed=GENERATION_SEED,
    script:
        "../workflow_scripts/make_baseline.py"
