# Requires: results/{autoencoder,constraint,gan}/*/history.csv, results/data/structures.parquet,
#           results/screen/{variant}/screen.csv, results/dft/{system}/candidates.csv and decks/,
#           results/summary/{variant}.csv, results/hull/{system}/hull.csv
# Makes:    results/report/outcome.csv, learning.svg, elements.svg, elements.csv, crystals.svg, cifs.zip;
#           `snakemake --report results/report.html` makes the report of them and of all stages


report: "../report/workflow.rst"


rule tell_outcome:
    """Say in a table what came out: how much, what of it is new, how stable."""
    input:
        summaries=expand("results/summary/{variant}.csv", variant=GAN_VARIANTS),
        hulls=expand("results/hull/{system}/hull.csv", system=SYSTEMS),
    output:
        table=report(
            "results/report/outcome.csv",
            caption="../report/outcome.rst",
            category="What came out",
            labels={"figure": "Counts and shares"},
        ),
    log:
        "results/logs/report/outcome.log",
    benchmark:
        "results/benchmarks/report/outcome.tsv"
    group:
        "report"
    conda:
        "../envs/workflow.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        *code("tell_outcome.py"),
        variants=GAN_VARIANTS,
        systems=SYSTEMS,
        stable_below=config["hull"]["stable_below"],
    script:
        "../workflow_scripts/tell_outcome.py"


rule plot_learning:
    """Draw the learning curves of all networks."""
    input:
        histories=[
            *expand("results/autoencoder/{kind}/history.csv", kind=TRAINED_AUTOENCODERS),
            *expand(
                "results/constraint/{property}/history.csv",
                property=trained("constraint", PROPERTIES),
            ),
            *expand(
                "results/gan/{variant}/history.csv",
                variant=trained("generator", TRAINED_VARIANTS),
            ),
            *(["results/denoiser/history.csv"] if DENOISER and not TAKEN["denoiser"] else []),
            *(["results/refiner/history.csv"] if REFINER and not TAKEN["refiner"] else []),
        ],
    output:
        figure=report(
            "results/report/learning.svg",
            caption="../report/learning.rst",
            category="Learning",
            labels={"figure": "Learning curves"},
        ),
    log:
        "results/logs/report/learning.log",
    benchmark:
        "results/benchmarks/report/learning.tsv"
    group:
        "report"
    conda:
        "../envs/workflow.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        *code("plot_learning.py"),
    script:
        "../workflow_scripts/plot_learning.py"


rule plot_elements:
    """Draw which elements the training structures and the generated crystals hold."""
    input:
        structures="results/data/structures.parquet",
        screened=expand("results/screen/{variant}/screen.csv", variant=GAN_VARIANTS),
    output:
        table="results/report/elements.csv",
        figure=report(
            "results/report/elements.svg",
            caption="../report/elements.rst",
            category="Screening",
            labels={"figure": "Elements"},
        ),
    log:
        "results/logs/report/elements.log",
    benchmark:
        "results/benchmarks/report/elements.tsv"
    group:
        "report"
    conda:
        "../envs/workflow.yaml"
    threads: 1
    resources:
        mem_mb=1500,
        runtime=10,
    params:
        *code("plot_elements.py"),
        variants=GAN_VARIANTS,
    script:
        "../workflow_scripts/plot_elements.py"


rule list_candidates:
    """Draw the best crystals of all systems and put their CIFs together."""
    input:
        candidates=expand("results/dft/{system}/candidates.csv", system=SYSTEMS),
        decks=expand("results/dft/{system}/decks", system=SYSTEMS),
    output:
        figure=report(
            "results/report/crystals.svg",
            caption="../report/crystals.rst",
            category="Candidates",
            labels={"figure": "Pictures"},
        ),
        cifs=report(
            "results/report/cifs.zip",
            caption="../report/cifs.rst",
            category="Candidates",
            labels={"figure": "All CIFs"},
        ),
    log:
        "results/logs/report/candidates.log",
    benchmark:
        "results/benchmarks/report/candidates.tsv"
    group:
        "report"
    conda:
        "../envs/workflow.yaml"
    threads: 1
    resources:
        mem_mb=1500,
        runtime=10,
    params:
        *code("list_candidates.py"),
        systems=SYSTEMS,
        potential=SCHEME,
    script:
        "../workflow_scripts/list_candidates.py"
