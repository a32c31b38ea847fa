# Requires: results/crystals/{variant}/shard-*.parquet, results/data/structures.parquet
# Makes:    results/benchmark/{variant}/cifs.zip and crystals.parquet (the crystals, unselected),
#           energies-{potential}.csv (above the known hulls, as they stand),
#           benchmark.csv (a row a crystal) and benchmark.json (all shares)

BENCHMARK_VARIANTS = (
    [config["benchmark"]["variant"]] if config["benchmark"]["variant"] else GAN_VARIANTS
)

# Hulls of any system take the table of known phases.
BENCHMARK_POTENTIALS = config["benchmark"]["potentials"] if KNOWN_TABLE else []


rule draw_benchmark:
    """Take the crystals of the first graphs of a variant, and write their CIFs into a zip."""
    input:
        crystals=benchmark_crystals,
    output:
        cifs="results/benchmark/{variant}/cifs.zip",
        crystals="results/benchmark/{variant}/crystals.parquet",
    log:
        "results/logs/benchmark/{variant}-draw.log",
    benchmark:
        "results/benchmarks/benchmark/{variant}-draw.tsv"
    conda:
        "../envs/workflow.yaml"
    threads: 1
    resources:
        mem_mb=1500,
        runtime=30,
    params:
        *code("draw_benchmark.py"),
        crystals=config["benchmark"]["crystals"],
        seed=GENERATION_SEED,
    script:
        "../workflow_scripts/draw_benchmark.py"


rule judge_benchmark:
    """Compute the energies of the crystals above the known hulls by one potential, as they stand."""
    input:
        crystals="results/benchmark/{variant}/crystals.parquet",
    output:
        table="results/benchmark/{variant}/energies-{potential}.csv",
    log:
        "results/logs/benchmark/{variant}-{potential}.log",
    benchmark:
        "results/benchmarks/benchmark/{variant}-{potential}.tsv"
    wildcard_constraints:
        potential="|".join(BENCHMARK_POTENTIALS) or "none",
    conda:
        "../envs/atomistic.yaml"
    threads: 1
    resources:
        mem_mb=RELAXING,
        runtime=240,
    params:
        *code("judge_benchmark.py"),
        potential=lambda wildcards: {
            **config["potential"],
            "name": wildcards.potential,
            "arguments": {},
        },
        corrections=config["hull"]["corrections"],
        known_phases=KNOWN_TABLE,
        known_digest=KNOWN_DIGEST,
    script:
        "../workflow_scripts/judge_benchmark.py"


rule measure_benchmark:
    """Measure validity, uniqueness, novelty and stability as LeMat-GenBench defines them."""
    input:
        crystals="results/benchmark/{variant}/crystals.parquet",
        structures="results/data/structures.parquet",
        energies=expand(
            "results/benchmark/{{variant}}/energies-{potential}.csv",
            potential=BENCHMARK_POTENTIALS,
        ),
    output:
        rows="results/benchmark/{variant}/benchmark.csv",
        measures="results/benchmark/{variant}/benchmark.json",
    log:
        "results/logs/benchmark/{variant}.log",
    benchmark:
        "results/benchmarks/benchmark/{variant}.tsv"
    conda:
        "../envs/statistics.yaml"
    threads: 2
    resources:
        mem_mb=2500,
        runtime=120,
    params:
        *code("measure_benchmark.py"),
        potentials=BENCHMARK_POTENTIALS,
        known_phases=KNOWN_TABLE,
        known_digest=KNOWN_DIGEST,
        seed=GENERATION_SEED,
    script:
        "../workflow_scripts/measure_benchmark.py"
