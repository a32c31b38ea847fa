# Requires: results/summary/{variant}.csv, results/crystals/{variant}/shard-*.parquet,
#           results/relax/{variant}/relaxed.parquet, results/hull/{system}/hull.csv,
#           results/references/{system}/phases.parquet, results/data/elements.csv
# Makes:    results/explorer.html, a page that stands alone: all graphs, crystals and hulls

# The code of the page; its libraries stand in the script's with their SHA-256.
PAGE_FILES = sorted((SCRIPTS / "ccdcgan/report/page").glob("explorer.*"))


rule make_explorer:
    """Write the page on which all graphs, crystals and hulls can be looked at."""
    input:
        summaries=expand("results/summary/{variant}.csv", variant=GAN_VARIANTS),
        crystals=expand(
            "results/crystals/{variant}/shard-{shard}.parquet",
            variant=GAN_VARIANTS,
            shard=GENERATED_SHARDS,
        ),
        relaxed=expand("results/relax/{variant}/relaxed.parquet", variant=GAN_VARIANTS),
        hulls=expand("results/hull/{system}/hull.csv", system=SYSTEMS),
        phases=[known_phases(system) for system in SYSTEMS],
        elements="results/data/elements.csv",
    output:
        page="results/explorer.html",
    log:
        "results/logs/explorer/explorer.log",
    benchmark:
        "results/benchmarks/explorer/explorer.tsv"
    group:
        "report"
    conda:
        "../envs/workflow.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=15,
    params:
        *code("make_explorer.py"),
        page=[sha256_of(path) for path in PAGE_FILES],
        variants=GAN_VARIANTS,
        systems=SYSTEMS,
        energies=KNOWN_ENERGIES,
    script:
        "../workflow_scripts/make_explorer.py"
