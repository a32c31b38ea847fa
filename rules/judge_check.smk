# Requires: the file of crystals with DFT's energies above the hull that config judge_check.path names,
#           and the table of known phases
# Makes:    results/judge-check/rows.csv (a row a crystal), summary.json and judge.svg: how well the
#           hulls of the potential judge; not a part of any other target
#
# The crystals go through the rules of elements, known phases and relaxation as generated ones do.

JUDGED_SHARDS = shards(config["judge_check"]["shards"])


rule read_judged:
    """Read crystals whose energies above the hull are known by DFT."""
    input:
        path=config["judge_check"]["path"] or [],
    output:
        crystals="results/judge-check/crystals.parquet",
    log:
        "results/logs/judge-check/read.log",
    benchmark:
        "results/benchmarks/judge-check/read.tsv"
    conda:
        "../envs/workflow.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        *code("read_judged.py"),
        limits=DATA["limits"],
    script:
        "../workflow_scripts/read_judged.py"


use rule relax_elements as relax_judged_elements with:
    input:
        structures="results/judge-check/crystals.parquet",
    output:
        table="results/judge-check/elements.csv",
        phases="results/judge-check/elements.parquet",
    log:
        "results/logs/judge-check/elements.log",
    benchmark:
        "results/benchmarks/judge-check/elements.tsv"
    params:
        systems=None,


use rule relax_phases_of_crystals as relax_judged_phases with:
    input:
        structures="results/judge-check/crystals.parquet",
        elements="results/judge-check/elements.parquet",
        crystals=["results/judge-check/crystals.parquet"],
    output:
        table="results/judge-check/phases-{shard}.parquet",
    log:
        "results/logs/judge-check/phases-{shard}.log",
    benchmark:
        "results/benchmarks/judge-check/phases-{shard}.tsv"
    params:
        shards=len(JUDGED_SHARDS),


use rule relax_crystals as relax_judged with:
    input:
        novel="results/judge-check/crystals.parquet",
        structures="results/judge-check/crystals.parquet",
        elements="results/judge-check/elements.csv",
        ranked=[],
    output:
        crystals="results/judge-check/relaxed-{shard}.parquet",
    log:
        "results/logs/judge-check/relaxed-{shard}.log",
    benchmark:
        "results/benchmarks/judge-check/relaxed-{shard}.tsv"
    params:
        first=None,  # DFT has relaxed them already, and kept their symmetry
        keep_symmetry=True,
        max_structures=None,
        systems=None,
        shards=len(JUDGED_SHARDS),
        seed=None,


rule check_judge:
    """Put the energies above the hull by the potential beside those by DFT."""
    input:
        judged="results/judge-check/crystals.parquet",
        elements="results/judge-check/elements.csv",
        phases=expand("results/judge-check/phases-{shard}.parquet", shard=JUDGED_SHARDS),
        relaxed=expand("results/judge-check/relaxed-{shard}.parquet", shard=JUDGED_SHARDS),
    output:
        rows="results/judge-check/rows.csv",
        summary="results/judge-check/summary.json",
        figure=report(
            "results/judge-check/judge.svg",
            caption="../report/judge.rst",
            category="Convex hulls",
            labels={"figure": "Energies above the hull beside DFT's"},
        ),
    log:
        "results/logs/judge-check/check.log",
    benchmark:
        "results/benchmarks/judge-check/check.tsv"
    conda:
        "../envs/workflow.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=15,
    params:
        *code("check_judge.py"),
        energies=KNOWN_ENERGIES,
    script:
        "../workflow_scripts/check_judge.py"
