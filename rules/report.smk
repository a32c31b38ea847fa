# Requires: results/{autoencoder,constraint,gan}/*/history.csv, results/data/structures.parquet,
#           results/screen/{variant}/screen.csv, results/dft/{system}/candidates.csv and decks/,
#           results/summary/{variant}.csv, results/hull/{system}/hull.csv, hull.svg and growth.svg,
#           results/hull/{table1.csv,paper_phases.csv}
# Makes:    results/report/outcome.csv, learning.svg, elements.svg, elements.csv, crystals.svg, cifs.zip
#           and paper.html;
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
        screened=expand("results/screen/{variant}/screen.csv", variant=WITH_GRAPHS),
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
        variants=WITH_GRAPHS,
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


# By the names that the page has for them, those of the paper's figures that this run has.
PAPER_FIGURES = {"elements": "results/report/elements.svg"}
PAPER_FIGURES |= {f"hull/{system}": f"results/hull/{system}/hull.svg" for system in SYSTEMS}
PAPER_FIGURES |= {f"growth/{system}": f"results/hull/{system}/growth.svg" for system in SYSTEMS}
# Those of trainings, with their numbers: by the target augmentation where no network is shipped.
PAPER_NUMBERS = {}
if "formation_energy_per_atom" in trained("constraint", PROPERTIES):
    PAPER_FIGURES["parity"] = "results/constraint/formation_energy_per_atom/parity.svg"
    PAPER_NUMBERS["parity"] = "results/constraint/formation_energy_per_atom/metrics.json"
if AUGMENTED_SYSTEM == "Co-Hf" and not any(TAKEN.values()):
    PAPER_FIGURES["augmentation"] = "results/augmentation/augmentation.svg"
    PAPER_NUMBERS["augmentation"] = "results/augmentation/summary.json"


rule make_paper_page:
    """Put the paper and this run side by side on one page."""
    input:
        table1="results/hull/table1.csv",
        phases="results/hull/paper_phases.csv",
        screened=expand("results/screen/{variant}/screen.csv", variant=WITH_GRAPHS),
        figures=list(PAPER_FIGURES.values()),
        numbers=list(PAPER_NUMBERS.values()),
    output:
        page=report(
            "results/report/paper.html",
            caption="../report/paper.rst",
            category="The paper",
            labels={"figure": "The paper and this run"},
        ),
    log:
        "results/logs/report/paper.log",
    benchmark:
        "results/benchmarks/report/paper.tsv"
    conda:
        "../envs/workflow.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        *code("make_paper_page.py"),
        variants=WITH_GRAPHS,
        arms=ARMS,
        network=config["gan"]["network"],
        figures=list(PAPER_FIGURES),
        numbers=list(PAPER_NUMBERS),
        energies=[SCHEME, config["hull"]["corrections"]],
    script:
        "../workflow_scripts/make_paper_page.py"
