# Requires: results/crystals/{variant}/shard-*.parquet, results/data/structures.parquet
# Makes:    results/benchmark/{variant}/cifs.zip and crystals.parquet (the crystals, unselected),
#           benchmark.csv (a row a crystal) and benchmark.json (all shares)

BENCHMARK_VARIANTS = (
    [config["benchmark"]["variant"]] if config["benchmark"]["variant"] else GAN_VARIANTS
)


def benchmark_crystals(wildcards):
    """The decoded crystals of a variant, of which there must be enough graphs."""
    asked, graphs = config["benchmark"]["crystals"], config["generate"]["graphs"]
    if graphs < asked:
        raise WorkflowError(
            f"config generate.graphs: {graphs}, but benchmark.crystals is {asked}: raise "
            f"generate.graphs to {asked} or, as some graphs may give no crystal, a few more"
        )
    return expand(
        "results/crystals/{variant}/shard-{shard}.parquet",
        variant=wildcards.variant,
        shard=GENERATED_SHARDS,
    )


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


rule measure_benchmark:
    """Measure validity, uniqueness, novelty and stability as LeMat-GenBench defines them."""
    input:
        crystals="results/benchmark/{variant}/crystals.parquet",
        structures="results/data/structures.parquet",
        # Further known structures, and tables of energies above the hull, one of a potential.
        known=[],
        energies=[],
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
        potentials=[],
        seed=GENERATION_SEED,
    script:
        "../workflow_scripts/measure_benchmark.py"
