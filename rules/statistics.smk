# Requires: results/data/structures.parquet, results/crystals/{variant}/shard-*.parquet,
#           results/screen/{variant}/{screen.csv,novel.parquet}; with statistics.relaxed also
#           results/relax/{variant}/relaxed.parquet and the known phases of their systems; with a
#           constraint on the formation energy its predictions.csv; with statistics.csp the match rate
# Makes:    results/statistics/fingerprints/{test,{variant}}.parquet, results/statistics/{variant}.json,
#           {variant}.svg and, over all variants and baselines, statistics.csv; properties.svg

MAGPIE = shipped("pretrained/magpie.csv")


rule fingerprint_crystals:
    """Compute the fingerprints of a sample of the crystals of a variant."""
    input:
        crystals=expand(
            "results/crystals/{{variant}}/shard-{shard}.parquet", shard=GENERATED_SHARDS
        ),
    output:
        table="results/statistics/fingerprints/{variant}.parquet",
    log:
        "results/logs/statistics/fingerprints-{variant}.log",
    benchmark:
        "results/benchmarks/statistics/fingerprints-{variant}.tsv"
    conda:
        "../envs/statistics.yaml"
    threads: 2
    resources:
        mem_mb=2500,
        runtime=60,
    params:
        *code("fingerprint_crystals.py"),
        part=None,
        sample=config["statistics"]["sample"],
        seed=seed("statistics"),
    script:
        "../workflow_scripts/fingerprint_crystals.py"


use rule fingerprint_crystals as fingerprint_test with:
    input:
        crystals=["results/data/structures.parquet"],
    output:
        table="results/statistics/fingerprints/test.parquet",
    log:
        "results/logs/statistics/fingerprints-test.log",
    benchmark:
        "results/benchmarks/statistics/fingerprints-test.tsv"
    params:
        part="test",


rule measure_statistics:
    """Measure how good the crystals of a variant are as a set."""
    input:
        structures="results/data/structures.parquet",
        crystals=expand(
            "results/crystals/{{variant}}/shard-{shard}.parquet", shard=GENERATED_SHARDS
        ),
        screened="results/screen/{variant}/screen.csv",
        predictions=expand(
            "results/constraint/{property}/predictions.csv",
            property=[
                name
                for name in PROPERTIES
                if name == "formation_energy_per_atom" and config["statistics"]["predicted"]
            ],
        ),
        fingerprints="results/statistics/fingerprints/{variant}.parquet",
        test="results/statistics/fingerprints/test.parquet",
        relaxed=(
            ["results/relax/{variant}/relaxed.parquet"] if config["statistics"]["relaxed"] else []
        ),
        phases=measured_phases,
        templates=["results/templates/crystals.parquet"] if TEMPLATES else [],
        csp=lambda wildcards: (
            [f"results/evaluation/csp/{wildcards.variant}.json"]
            if config["statistics"]["csp"] and wildcards.variant in PREDICTING
            else []
        ),
    output:
        "results/statistics/{variant}.json",
    log:
        "results/logs/statistics/{variant}.log",
    benchmark:
        "results/benchmarks/statistics/{variant}.tsv"
    conda:
        "../envs/statistics.yaml"
    threads: 1
    resources:
        mem_mb=2500,
        runtime=60,
    params:
        *code("measure_statistics.py"),
        # As of the pretrained networks: what the file holds counts, not its place.
        scale=Path(MAGPIE).resolve(),
        scale_sha256=sha256_of(MAGPIE),
        sample=config["statistics"]["sample"],
        # None: those that the relaxed crystals are of.
        systems=None if ALL_SYSTEMS else SYSTEMS,
        energies=KNOWN_ENERGIES,
        choose=config["relax"]["choose"],
        keep_unconverged=config["relax"]["keep_unconverged"],
        seed=seed("statistics"),
    script:
        "../workflow_scripts/measure_statistics.py"


rule compare_statistics:
    """Put the measures of all variants and baselines into one table."""
    input:
        measures=expand("results/statistics/{variant}.json", variant=VARIANTS),
    output:
        table=report(
            "results/statistics/statistics.csv",
            caption="../report/statistics.rst",
            category="Statistics",
            labels={"figure": "All variants"},
        ),
    log:
        "results/logs/statistics/statistics.log",
    benchmark:
        "results/benchmarks/statistics/statistics.tsv"
    conda:
        "../envs/statistics.yaml"
    threads: 1
    resources:
        mem_mb=1500,
        runtime=10,
    params:
        *code("compare_statistics.py"),
        variants=VARIANTS,
    script:
        "../workflow_scripts/compare_statistics.py"


rule plot_properties:
    """Draw the predicted properties of the variants beside those of the training part."""
    input:
        **{
            variant: expand(
                "results/crystals/{variant}/shard-{shard}.parquet",
                variant=variant,
                shard=GENERATED_SHARDS,
            )
            for variant in GAN_VARIANTS
        },
        structures="results/data/structures.parquet",
    output:
        figure=report(
            "results/statistics/properties.svg",
            caption="../report/properties.rst",
            category="Statistics",
            labels={"figure": "Predicted properties"},
        ),
    log:
        "results/logs/statistics/properties.log",
    benchmark:
        "results/benchmarks/statistics/properties.tsv"
    conda:
        "../envs/statistics.yaml"
    threads: 1
    resources:
        mem_mb=1500,
        runtime=10,
    params:
        *code("plot_properties.py"),
        variants=GAN_VARIANTS,
        constraints=config["constraint"]["properties"],
        units=UNITS_OF_PROPERTIES,
    script:
        "../workflow_scripts/plot_properties.py"


rule draw_crystals:
    """Draw some of the novel crystals of a variant."""
    input:
        novel="results/screen/{variant}/novel.parquet",
    output:
        figure=report(
            "results/statistics/{variant}.svg",
            caption="../report/gallery.rst",
            category="Statistics",
            labels={"figure": "{variant}: crystals"},
        ),
    log:
        "results/logs/statistics/{variant}-pictures.log",
    benchmark:
        "results/benchmarks/statistics/{variant}-pictures.tsv"
    conda:
        "../envs/statistics.yaml"
    threads: 1
    resources:
        mem_mb=1500,
        runtime=10,
    params:
        *code("draw_crystals.py"),
        pictures=config["statistics"]["pictures"],
        seed=seed("pictures"),
    script:
        "../workflow_scripts/draw_crystals.py"
