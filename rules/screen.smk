# Requires: results/data/structures.parquet, the table of known phases,
#           results/references/{system}/phases.parquet, results/crystals/{variant}/shard-*.parquet
# Makes:    results/screen/{variant}/screen.csv (a row for every graph), novel.parquet, funnel.csv;
#           results/screen/funnel.svg, results/screen/rediscovered.csv


rule screen_crystals:
    """Find which crystals of a variant are valid, unique and novel."""
    input:
        structures="results/data/structures.parquet",
        crystals=expand(
            "results/crystals/{{variant}}/shard-{shard}.parquet",
            shard=GENERATED_SHARDS,
        ),
    output:
        rows="results/screen/{variant}/screen.csv",
        novel="results/screen/{variant}/novel.parquet",
        funnel="results/screen/{variant}/funnel.csv",
    log:
        "results/logs/screen/{variant}.log",
    benchmark:
        "results/benchmarks/screen/{variant}.tsv"
    conda:
        "../envs/workflow.yaml"
    threads: 2
    resources:
        mem_mb=2500,
        runtime=60,
    params:
        *code("screen_crystals.py"),
        known_phases=KNOWN_TABLE,
        known_digest=KNOWN_DIGEST,
    script:
        "../workflow_scripts/screen_crystals.py"


rule rediscover:
    """List the known phases that were found again and draw the funnels of all variants."""
    input:
        phases=[known_phases(system) for system in SYSTEMS],
        screened=expand("results/screen/{variant}/screen.csv", variant=VARIANTS),
    output:
        funnel=report(
            "results/screen/funnel.svg",
            caption="../report/funnel.rst",
            category="Screening",
            labels={"figure": "Valid, unique, novel"},
        ),
        rediscovered=report(
            "results/screen/rediscovered.csv",
            caption="../report/rediscovered.rst",
            category="Screening",
            labels={"figure": "Known phases found again"},
        ),
    log:
        "results/logs/screen/rediscover.log",
    benchmark:
        "results/benchmarks/screen/rediscover.tsv"
    group:
        "hull"
    conda:
        "../envs/workflow.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        *code("rediscover.py"),
        variants=VARIANTS,
        systems=SYSTEMS,
        energies=KNOWN_ENERGIES,
    script:
        "../workflow_scripts/rediscover.py"
