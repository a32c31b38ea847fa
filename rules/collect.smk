# Requires: every stage's results
# Makes:    nothing of its own; names a target for each stage, such as `snakemake hull`

KINDS = [*AUTOENCODERS, *OWN_ELEMENTS]


rule data:
    """The structures with their labels, split into training, validation and test parts."""
    input:
        "results/data/structures.parquet",
        "results/data/summary.json",
        "results/data/rejected.csv",
        "results/data/structures.svg",
        "results/data/elements.svg",


rule voxels:
    """Voxel images of sites and lattices."""
    input:
        expand(
            "results/voxels/{part}/shard-{shard}.h5",
            part=["sites", "lattice"],
            shard=shards(config["voxels"]["shards"]),
        ),


rule autoencoder:
    """Every autoencoder: lattice, combined and one an element."""
    input:
        expand("results/autoencoder/{kind}/metrics.json", kind=KINDS),


rule graphs:
    """The crystal graphs of the structures."""
    input:
        GRAPH_SHARDS,
        "results/graphs/metrics.json",


rule evaluate:
    """What shipped networks make of all structures; not a part of the default run."""
    input:
        "results/evaluation/autoencoder.json",
        ["results/evaluation/constraint.json"] if TAKEN["constraint"] else [],


rule csp:
    """How many structures are found from their compositions; not a part of the default run."""
    input:
        expand(
            "results/evaluation/csp/{variant}.{suffix}",
            variant=PREDICTING,
            suffix=["csv", "json", "svg"],
        ),


rule pretrained:
    """The networks, to be handed on with model cards; not a part of the default run."""
    input:
        expand(
            "results/pretrained/{network}.{suffix}",
            network=[
                "lattice",
                "combined",
                *PROPERTIES,
                "denoiser",
                *(["refiner"] if REFINER else []),
                *TRAINED_VARIANTS,
            ],
            suffix=["keras", "md"],
        ),
        rules.export_templates.output if TEMPLATES else [],


rule known_phases:
    """The table of known phases, to be handed on with its card; not a part of the default run."""
    input:
        rules.merge_known_phases.output,


rule constraint:
    """The property networks that guide the generator."""
    input:
        expand(
            "results/constraint/{property}/{file}",
            property=PROPERTIES,
            file=["metrics.json", "parity.svg"],
        ),


rule finetune:
    """What the shipped constraint is worth to a property of few structures; not in the default run."""
    input:
        learning_curve,
        expand("results/constraint/{property}/model.keras", property=FINETUNED),


rule gan:
    """The generators, or the templates."""
    input:
        list(map(generator_of, GAN_VARIANTS)),


rule denoiser:
    """The network that makes the parts of generated crystals fit."""
    input:
        "results/denoiser/model.keras",


rule templates:
    """The training crystals that new ones start from, by structure type."""
    input:
        "results/templates/crystals.parquet",


rule refiner:
    """The network that brings crystals whose elements were exchanged to rest."""
    input:
        "results/refiner/model.keras",


rule generate:
    """Generated crystal graphs."""
    input:
        expand(
            "results/generated/{variant}/shard-{shard}.h5",
            variant=GAN_VARIANTS,
            shard=GENERATED_SHARDS,
        ),


rule decode:
    """Generated crystals."""
    input:
        expand(
            "results/crystals/{variant}/shard-{shard}.parquet",
            variant=GAN_VARIANTS,
            shard=GENERATED_SHARDS,
        ),


rule screen:
    """Which crystals are valid, unique and novel."""
    input:
        expand("results/screen/{variant}/funnel.csv", variant=VARIANTS),
        "results/screen/funnel.svg",
        "results/screen/rediscovered.csv",


rule relax:
    """Relaxed novel crystals."""
    input:
        expand("results/relax/{variant}/relaxed.parquet", variant=VARIANTS),
        "results/relax/energies.svg",


rule hull:
    """A convex hull a system, table 1, and what became of the paper's new phases."""
    input:
        expand("results/hull/{system}/{figure}.svg", system=SYSTEMS, figure=["hull", "growth"]),
        "results/hull/table1.csv",
        "results/hull/paper_phases.csv",


rule judge_check:
    """How well the hulls judge crystals of config judge_check.path; not a part of the default run."""
    input:
        rules.check_judge.output,


rule summary:
    """All that is known of every graph, with CIFs."""
    input:
        expand("results/summary/{variant}.csv", variant=GAN_VARIANTS),


rule compositions:
    """Energies against space groups of exact compositions; not a part of the default run."""
    input:
        rules.plot_compositions.output,


rule dft:
    """Input decks for the best crystals; with an engine, convex hulls on DFT energies."""
    input:
        expand("results/dft/{system}/candidates.csv", system=SYSTEMS),
        expand("results/dft/{system}/hull.svg", system=SYSTEMS if config["dft"]["engine"] else []),
        "results/dft/parity.svg" if config["dft"]["engine"] else [],


rule export:
    """Relaxed crystals in the files that other tools read; not a part of the default run."""
    input:
        expand(
            "results/export/{variant}/{file}",
            variant=GAN_VARIANTS,
            file=["optimade.jsonl", "crystals.db", "crystals.csv", "cifs.zip"],
        ),


rule handover:
    """Candidates and their competing phases as jobs for atomate2; not a part of the default run."""
    input:
        expand(
            "results/handover/{system}/{file}", system=SYSTEMS, file=["crystals.json", "flows.py"]
        ),


rule explorer:
    """The page on which all graphs, crystals and hulls can be looked at."""
    input:
        rules.make_explorer.output,


rule report:
    """What the HTML report shows: every figure and table of the run."""
    input:
        rules.tell_outcome.output,
        rules.make_explorer.output,
        rules.plot_learning.output,
        rules.plot_elements.output,
        rules.list_candidates.output,


rule statistics:
    """Figures of merit of variants and baselines as sets; not a part of the default run."""
    input:
        "results/statistics/statistics.csv",
        "results/statistics/properties.svg",
        expand("results/statistics/{variant}.svg", variant=VARIANTS),


rule ablation:
    """What the parts of the generator are worth, arm by arm; not a part of the default run."""
    input:
        "results/statistics/statistics.csv",
        "results/statistics/ablation.svg",
        "results/statistics/pairs.csv",


rule benchmark:
    """Crystals for LeMat-GenBench, and what can be said of them offline.

    Not a part of the default run.
    """
    input:
        expand(
            "results/benchmark/{variant}/{file}",
            variant=BENCHMARK_VARIANTS,
            file=["cifs.zip", "benchmark.json"],
        ),


rule augmentation:
    """Graphs until known phases are found, without and with hypothetical structures.

    The paper's experiment for one system; not a part of the default run.
    """
    input:
        rules.compare_arms.output,


rule paper:
    """The paper and this run side by side: table 1, figures 3 to 6, new phases."""
    input:
        rules.hull.input,
        rules.make_paper_page.output,
