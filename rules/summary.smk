# Requires: results/generated/{variant}/shard-*.h5, results/crystals/{variant}/shard-*.parquet,
#           results/screen/{variant}/screen.csv, results/relax/{variant}/relaxed.parquet,
#           results/hull/{system}/hull.csv
# Makes:    results/summary/{variant}.csv (a row for every graph with all that is known of it),
#           {variant}-decoded.zip and {variant}-relaxed.zip (CIFs); with compositions that are asked
#           for exactly compositions.svg, their energies against space groups


rule summarise_graphs:
    """Put all that is known of the graphs of a variant into one table, and their CIFs into zips."""
    input:
        graphs=expand("results/generated/{{variant}}/shard-{shard}.h5", shard=GENERATED_SHARDS),
        crystals=expand(
            "results/crystals/{{variant}}/shard-{shard}.parquet", shard=GENERATED_SHARDS
        ),
        screened="results/screen/{variant}/screen.csv",
        relaxed="results/relax/{variant}/relaxed.parquet",
        hulls=expand("results/hull/{system}/hull.csv", system=SYSTEMS),
    output:
        rows=report(
            "results/summary/{variant}.csv",
            caption="../report/summary.rst",
            category="Crystals",
            labels={"figure": "{variant}: all graphs"},
        ),
        decoded="results/summary/{variant}-decoded.zip",
        relaxed=report(
            "results/summary/{variant}-relaxed.zip",
            caption="../report/summary_cifs.rst",
            category="Crystals",
            labels={"figure": "{variant}: relaxed CIFs"},
        ),
    log:
        "results/logs/summary/{variant}.log",
    benchmark:
        "results/benchmarks/summary/{variant}.tsv"
    group:
        "hull"
    conda:
        "../envs/workflow.yaml"
    threads: 1
    resources:
        mem_mb=1500,
        runtime=60,
    params:
        *code("summarise_graphs.py"),
        symprec=config["export"]["symprec"],
    script:
        "../workflow_scripts/summarise_graphs.py"


rule plot_compositions:
    """Draw the energies of the compositions that were asked for against space groups."""
    input:
        summaries=exact_compositions,
    output:
        figure=report(
            "results/summary/compositions.svg",
            caption="../report/compositions.rst",
            category="Crystals",
            labels={"figure": "Compositions asked for"},
        ),
    log:
        "results/logs/summary/compositions.log",
    benchmark:
        "results/benchmarks/summary/compositions.tsv"
    conda:
        "../envs/workflow.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        *code("plot_compositions.py"),
        variants=GAN_VARIANTS,
        asked=EXACT,
    script:
        "../workflow_scripts/plot_compositions.py"
