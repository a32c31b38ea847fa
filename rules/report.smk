# Requires: results/{autoencoder,constraint,gan}/*/history.csv, results/data/structures.parquet,
#           results/screen/{variant}/screen.csv, results/dft/{system}/candidates.csv and decks/
# Makes:    results/report/learning.svg, elements.svg, elements.csv, crystals.svg, candidates.html, cifs.zip;
#           `snakemake --report results/report.html` makes the report of them and of all stages


report: "../report/workflow.rst"


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
                "results/gan/{variant}/history.csv", variant=trained("generator", GAN_VARIANTS)
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
    """Draw the best crystals of all systems and list them with their CIFs."""
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
        page=report(
            "results/report/candidates.html",
            caption="../report/candidates.rst",
            category="Candidates",
            labels={"figure": "Table with CIFs"},
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
