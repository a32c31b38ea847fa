# Requires: results/data/structures.parquet, the known phases, results/graphs/shard-*.h5, the
#           autoencoders
# Makes:    results/augmentation/{first_graphs.csv,augmentation.svg,summary.json}; below
#           results/augmentation/{without,with}/ the networks and crystals of either arm
#
# The arms are trained by the rules of the stages on other structures: each `use rule` below changes
# where a rule reads and writes and, for what is generated, the settings. docs/AUGMENTATION.md says
# what is compared. Not a part of the default run.

AUGMENTATION = config["augmentation"]
ARM = "results/augmentation/{arm}"
ARM_VARIANT = GAN_VARIANTS[-1]  # ccdcgan unless it is left out
ARM_CRYSTALS = f"{ARM}/crystals/{ARM_VARIANT}-seed-{{seed}}/shard-{{shard}}.parquet"


rule split_arms:
    """Part the known compounds of a system from what the two arms are trained on."""
    input:
        structures="results/data/structures.parquet",
        phases=augmented_phases,
    output:
        known="results/augmentation/known.parquet",
        arms=expand("results/augmentation/{arm}/structures.parquet", arm=["without", "with"]),
    log:
        "results/logs/augmentation/split_arms.log",
    benchmark:
        "results/benchmarks/augmentation/split_arms.tsv"
    conda:
        "../envs/workflow.yaml"
    threads: 1
    resources:
        mem_mb=1500,
        runtime=10,
    params:
        *code("split_arms.py"),
        system=AUGMENTED_SYSTEM,
        hypothetical=AUGMENTATION["hypothetical"],
        energies=KNOWN_ENERGIES,
        seed=stable_seed(config["seed"], "augmentation"),
    script:
        "../workflow_scripts/split_arms.py"


use rule train_denoiser as train_arm_denoiser with:
    input:
        structures=f"{ARM}/structures.parquet",
    output:
        model=f"{ARM}/{{network}}/model.keras",
        history=f"{ARM}/{{network}}/history.csv",
    log:
        "results/logs/augmentation/{arm}-{network}.log",
    benchmark:
        "results/benchmarks/augmentation/{arm}-{network}.tsv"


use rule pair_templates as pair_arm_templates with:
    input:
        structures=f"{ARM}/structures.parquet",
    output:
        pairs=f"{ARM}/refiner/pairs-{{shard}}.h5",
    log:
        "results/logs/augmentation/{arm}-pairs-{shard}.log",
    benchmark:
        "results/benchmarks/augmentation/{arm}-pairs-{shard}.tsv"


use rule train_refiner as train_arm_refiner with:
    input:
        pairs=expand(
            f"{ARM}/refiner/pairs-{{shard}}.h5",
            shard=shards(config["refiner"]["shards"]),
            allow_missing=True,
        ),
        denoiser=f"{ARM}/denoiser/model.keras",
    output:
        model=f"{ARM}/{{network}}/model.keras",
        history=f"{ARM}/{{network}}/history.csv",
    log:
        "results/logs/augmentation/{arm}-{network}.log",
    benchmark:
        "results/benchmarks/augmentation/{arm}-{network}.tsv"


use rule train_constraint as train_arm_constraint with:
    input:
        structures=f"{ARM}/structures.parquet",
        shards=READ_GRAPHS,
        lattice=WRITES_ANEW and [AUTOENCODER.format(kind="lattice")],
        networks=WRITES_ANEW and SITE_NETWORKS,
        exchanges=[],
        start=[],
    output:
        model=f"{ARM}/constraint/{{property}}/model.keras",
        history=f"{ARM}/constraint/{{property}}/history.csv",
    log:
        "results/logs/augmentation/{arm}-constraint-{property}.log",
    benchmark:
        "results/benchmarks/augmentation/{arm}-constraint-{property}.tsv"
    params:
        seed=lambda wildcards: stable_seed(config["seed"], "constraint", wildcards.property),


use rule collect_templates as collect_arm_templates with:
    input:
        structures=f"{ARM}/structures.parquet",
    output:
        f"{ARM}/{{network}}/crystals.parquet",
    log:
        "results/logs/augmentation/{arm}-{network}.log",
    benchmark:
        "results/benchmarks/augmentation/{arm}-{network}.tsv"


use rule train_flow as train_arm_flow with:
    input:
        shards=GRAPH_SHARDS,
        lattice=AUTOENCODER.format(kind="lattice"),
        networks=SITE_NETWORKS,
        structures=f"{ARM}/structures.parquet",
    output:
        model=f"{ARM}/gan/flow/model.keras",
        history=f"{ARM}/gan/flow/history.csv",
    log:
        "results/logs/augmentation/{arm}-flow.log",
    benchmark:
        "results/benchmarks/augmentation/{arm}-flow.tsv"


use rule train_gan as train_arm_gan with:
    input:
        shards=GRAPH_SHARDS,
        lattice=AUTOENCODER.format(kind="lattice"),
        networks=SITE_NETWORKS,
        structures=f"{ARM}/structures.parquet",
        flow=[f"{ARM}/gan/flow/model.keras"] if FLOW else [],
        constraints=lambda wildcards: [
            f"{ARM}/constraint/{entry['name']}/model.keras"
            for entry in constraints_of(wildcards.variant)
        ],
    output:
        generator=f"{ARM}/gan/{{variant}}/generator.keras",
        discriminator=f"{ARM}/gan/{{variant}}/discriminator.keras",
        history=f"{ARM}/gan/{{variant}}/history.csv",
        compositions=f"{ARM}/gan/{{variant}}/compositions.json",
    log:
        "results/logs/augmentation/{arm}-{variant}.log",
    benchmark:
        "results/benchmarks/augmentation/{arm}-{variant}.tsv"


use rule generate_graphs as generate_arm_graphs with:
    input:
        generator=generator_of("{variant}", ARM),
        denoiser=[f"{ARM}/denoiser/model.keras"] if DENOISER else [],
        refiner=[f"{ARM}/refiner/model.keras"] if REFINER else [],
        compositions=compositions_of("{variant}", ARM),
        critic=[],  # of one system
        constraints=expand(
            f"{ARM}/constraint/{{property}}/model.keras", property=PROPERTIES, allow_missing=True
        ),
        lattice=AUTOENCODER.format(kind="lattice"),
        networks=SITE_NETWORKS,
    output:
        f"{ARM}/generated/{{variant}}-seed-{{seed}}/shard-{{shard}}.h5",
    log:
        "results/logs/augmentation/{arm}-generate-{variant}-{seed}-{shard}.log",
    benchmark:
        "results/benchmarks/augmentation/{arm}-generate-{variant}-{seed}-{shard}.tsv"
    params:
        generate={
            **DRAWN,
            "systems": [AUGMENTED_SYSTEM],
            "graphs": AUGMENTATION["graphs"],
            # What is kept from the arms must not come back by the table of known phases.
            "hull": "training",
            "novel": False,
            "tries": 1,  # it is about what is drawn first
        },
        seed=lambda wildcards: int(wildcards.seed),


use rule decode_graphs as decode_arm_graphs with:
    input:
        graphs=f"{ARM}/generated/{{variant}}-seed-{{seed}}/shard-{{shard}}.h5",
        lattice=AUTOENCODER.format(kind="lattice"),
        networks=SITE_NETWORKS,
    output:
        crystals=f"{ARM}/crystals/{{variant}}-seed-{{seed}}/shard-{{shard}}.parquet",
    log:
        "results/logs/augmentation/{arm}-decode-{variant}-{seed}-{shard}.log",
    benchmark:
        "results/benchmarks/augmentation/{arm}-decode-{variant}-{seed}-{shard}.tsv"


rule find_known:
    """Find the known compounds among the crystals of one arm and seed, as decoded."""
    input:
        known="results/augmentation/known.parquet",
        crystals=expand(ARM_CRYSTALS, shard=GENERATED_SHARDS, allow_missing=True),
    output:
        table=f"{ARM}/found/seed-{{seed}}.csv",
    log:
        "results/logs/augmentation/{arm}-find-{seed}.log",
    benchmark:
        "results/benchmarks/augmentation/{arm}-find-{seed}.tsv"
    conda:
        "../envs/workflow.yaml"
    threads: 1
    resources:
        mem_mb=1500,
        runtime=30,
    params:
        *code("find_known.py"),
    script:
        "../workflow_scripts/find_known.py"


rule compare_arms:
    """Say after how many graphs each arm found each known compound, and the ratio."""
    input:
        known="results/augmentation/known.parquet",
        arms=rules.split_arms.output.arms,
        without=expand(f"{ARM}/found/seed-{{seed}}.csv", arm="without", seed=AUGMENTATION["seeds"]),
        augmented=expand(f"{ARM}/found/seed-{{seed}}.csv", arm="with", seed=AUGMENTATION["seeds"]),
    output:
        table="results/augmentation/first_graphs.csv",
        figure="results/augmentation/augmentation.svg",
        summary="results/augmentation/summary.json",
    log:
        "results/logs/augmentation/compare_arms.log",
    benchmark:
        "results/benchmarks/augmentation/compare_arms.tsv"
    conda:
        "../envs/workflow.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        *code("compare_arms.py"),
        system=AUGMENTED_SYSTEM,
        graphs=AUGMENTATION["graphs"],
        seeds=AUGMENTATION["seeds"],
    script:
        "../workflow_scripts/compare_arms.py"
