# Requires: results/graphs/shard-*.h5, results/constraint/{property}/model.keras for ccdcgan
# Makes:    results/gan/{variant}/{generator.keras,discriminator.keras,history.csv,compositions.json}


rule take_generator:
    """Put a shipped generator with its discriminator and compositions into place; nothing is trained."""
    input:
        model=lambda wildcards: shipped(TAKEN_GENERATORS[wildcards.variant]["path"]),
        compositions=lambda wildcards: shipped(
            TAKEN_GENERATORS[wildcards.variant]["compositions"]["path"]
        ),
        discriminator=lambda wildcards: shipped(
            TAKEN_GENERATORS[wildcards.variant]["discriminator"]["path"]
        ),
        code=code("take_generator.py"),
    output:
        generator="results/gan/{variant}/generator.keras",
        discriminator="results/gan/{variant}/discriminator.keras",
        compositions="results/gan/{variant}/compositions.json",
    log:
        "results/logs/gan/take-{variant}.log",
    benchmark:
        "results/benchmarks/gan/take-{variant}.tsv"
    wildcard_constraints:
        variant="|".join(TAKEN_GENERATORS) or "none",
    conda:
        "../envs/learning.yaml"
    threads: 1
    resources:
        mem_mb=1500,
        runtime=10,
    params:
        taken=lambda wildcards: TAKEN_GENERATORS[wildcards.variant],
        network=config["gan"]["network"],
    script:
        "../workflow_scripts/take_generator.py"


rule train_gan:
    """Train the generator and the discriminator of a variant."""
    input:
        shards=GRAPH_SHARDS,
        lattice=AUTOENCODER.format(kind="lattice"),
        networks=SITE_NETWORKS,
        structures="results/data/structures.parquet",
        constraints=lambda wildcards: [
            f"results/constraint/{entry['name']}/model.keras"
            for entry in constraints_of(wildcards.variant)
        ],
        code=code("train_gan.py"),
    output:
        generator="results/gan/{variant}/generator.keras",
        discriminator="results/gan/{variant}/discriminator.keras",
        history="results/gan/{variant}/history.csv",
        compositions="results/gan/{variant}/compositions.json",
    log:
        "results/logs/gan/{variant}.log",
    benchmark:
        "results/benchmarks/gan/{variant}.tsv"
    wildcard_constraints:
        variant="|".join(v for v in GAN_VARIANTS if v not in TAKEN_GENERATORS) or "none",
    conda:
        "../envs/learning.yaml"
    threads: 1
    resources:
        mem_mb=5000,
        runtime=1440,
        gpu=config["hardware"]["gpus"],
    params:
        elements=SITE_NETWORK_ELEMENTS,
        gan=GAN,
        constraints=lambda wildcards: constraints_of(wildcards.variant),
        # Both variants start from the same weights, so that the constraint alone tells them apart.
        seed=own_seed("gan"),
    script:
        "../workflow_scripts/train_gan.py"
