# Requires: results/generated/{variant}/batch-*.h5, results/crystals/{variant}/batch-*.{csv,extxyz},
#           results/screen/{variant}/screen.csv, results/relax/{variant}/relaxed.{csv,extxyz},
#           results/hull/{system}/hull.csv
# Makes:    results/judged/{variant}.csv (a row for every graph with all that is known of it),
#           {variant}-decoded.zip and {variant}-relaxed.zip (CIFs)


rule judge_crystals:
    """Put all that is known of the graphs of a variant into one table, and their CIFs into zips."""
    input:
        graphs=expand("results/generated/{{variant}}/batch-{batch}.h5", batch=BATCHES),
        manifests=expand("results/crystals/{{variant}}/batch-{batch}.csv", batch=BATCHES),
        crystals=expand("results/crystals/{{variant}}/batch-{batch}.extxyz", batch=BATCHES),
        screened="results/screen/{variant}/screen.csv",
        rows="results/relax/{variant}/relaxed.csv",
        relaxed="results/relax/{variant}/relaxed.extxyz",
        hulls=expand("results/hull/{system}/hull.csv", system=SYSTEMS),
        code=code("judge_crystals.py"),
    output:
        rows=report(
            "results/judged/{variant}.csv",
            caption="../report/judged.rst",
            category="Crystals",
            labels={"figure": "{variant}: all graphs"},
        ),
        decoded="results/judged/{variant}-decoded.zip",
        relaxed=report(
            "results/judged/{variant}-relaxed.zip",
            caption="../report/judged_cifs.rst",
            category="Crystals",
            labels={"figure": "{variant}: relaxed CIFs"},
        ),
    log:
        "results/logs/judged/{variant}.log",
    benchmark:
        "results/benchmarks/judged/{variant}.tsv"
    group:
        "hull"
    conda:
        "../envs/workflow.yaml"
    threads: 1
    resources:
        mem_mb=1500,
        runtime=60,
    script:
        "../workflow_scripts/judge_crystals.py"
