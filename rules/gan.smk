# Requires: results/graphs/shard-*.h5, results/constraint/{property}/model.keras for ccdcgan
# Makes:    results/gan/{variant}/{generator.keras,discriminator.keras,history.csv,compositions.json};
#           of gan.network: tiles before that results/gan/flow/{model.keras,history.csv}


rule train_flow:
    """Train the generator of tiles by flow matching, before it meets a discriminator."""
    input:
        shards=GRAPH_SHARDS,
        lattice=AUTOENCODER.format(kind="lattice"),
        networks=SITE_NETWORKS,
        structures="results/data/structures.parquet",
    output:
        model="results/gan/flow/model.keras",
        history="results/gan/flow/history.csv",
    log:
        "results/logs/gan/flow.log",
    benchmark:
        "results/benchmarks/gan/flow.tsv"
    conda:
        "../envs/learning.yaml"
    threads: 1
    resources:
        mem_mb=5000,
        runtime=1440,
        gpu=config["hardware"]["gpus"],
    params:
        *code("train_flow.py"),
        elements=SITE_NETWORK_ELEMENTS,
        gan=GAN,
        seed=own_seed("gan"),
    script:
        "../workflow_scripts/train_flow.py"


rule train_gan:
    """Train the generator and the discriminator of a variant."""
    input:
        shards=GRAPH_SHARDS,
        lattice=AUTOENCODER.format(kind="lattice"),
        networks=SITE_NETWORKS,
        structures="results/data/structures.parquet",
        flow=FLOW,
        constraints=lambda wildcards: constraint_networks(constraints_of(wildcards.variant)),
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
        variant="|".join(trained("generator", TRAINED_VARIANTS)) or "none",
    conda:
        "../envs/learning.yaml"
    threads: 1
    resources:
        mem_mb=5000,
        runtime=1440,
        gpu=config["hardware"]["gpus"],
    params:
        *code("train_gan.py"),
        elements=SITE_NETWORK_ELEMENTS,
        gan=GAN,
        constraints=lambda wildcards: constraints_of(wildcards.variant),
        # Both variants start from the same weights, so that the constraint alone tells them apart.
        seed=own_seed("gan"),
    script:
        "../workflow_scripts/train_gan.py"
