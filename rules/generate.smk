# Requires: results/gan/{variant}/…, or results/templates/crystals.parquet and
#           results/refiner/model.keras; results/denoiser/model.keras (not of the paper's generator),
#           results/constraint/{property}/model.keras, the autoencoders
# Makes:    results/generated/{variant}/{critic.json,shard-*.h5}, results/crystals/{variant}/shard-*.parquet


rule train_critic:
    """Learn what keeps chosen compositions like those of the training crystals."""
    input:
        templates=lambda wildcards: generator_of(wildcards.variant),
        constraints=lambda wildcards: constraint_networks(read_constraints_of(wildcards.variant)),
    output:
        "results/generated/{variant}/critic.json",
    log:
        "results/logs/generate/{variant}-critic.log",
    benchmark:
        "results/benchmarks/generate/{variant}-critic.tsv"
    wildcard_constraints:
        variant="|".join(name for name in WITH_GRAPHS if critic_of(name)) or "none",
    conda:
        "../envs/learning.yaml"
    threads: 1
    resources:
        mem_mb=3000,
        runtime=120,
    params:
        *code("train_critic.py"),
        generate=lambda wildcards: generate_settings(wildcards.variant),
        properties=lambda wildcards: read_constraints_of(wildcards.variant),
        known_phases=KNOWN_TABLE,
        known_digest=KNOWN_DIGEST,
        seed=GENERATION_SEED,
    script:
        "../workflow_scripts/train_critic.py"


rule generate_graphs:
    """Make one shard of crystal graphs and predict their properties."""
    input:
        generator=lambda wildcards: generator_of(wildcards.variant),
        denoiser=lambda wildcards: denoiser_of(wildcards.variant),
        refiner=lambda wildcards: refiners_of(wildcards.variant),
        compositions=lambda wildcards: compositions_of(wildcards.variant),
        critic=lambda wildcards: critic_of(wildcards.variant),
        constraints=lambda wildcards: constraint_networks(read_constraints_of(wildcards.variant)),
        lattice=AUTOENCODER.format(kind="lattice"),
        networks=SITE_NETWORKS,
    output:
        "results/generated/{variant}/shard-{shard}.h5",
    log:
        "results/logs/generate/{variant}-{shard}.log",
    benchmark:
        "results/benchmarks/generate/{variant}-{shard}.tsv"
    wildcard_constraints:
        variant="|".join(WITH_GRAPHS),
    group:
        "generate"
    conda:
        "../envs/learning.yaml"
    threads: 1
    resources:
        mem_mb=3000,
        runtime=60,
    params:
        *code("generate_graphs.py"),
        generate=lambda wildcards: generate_settings(wildcards.variant),
        network=lambda wildcards: network_of(wildcards.variant),
        elements=SITE_NETWORK_ELEMENTS,
        ranked=lambda wildcards: bool(constraints_of(wildcards.variant)),
        properties=lambda wildcards: read_constraints_of(wildcards.variant),
        known_phases=KNOWN_TABLE if TEMPLATES else None,
        known_digest=KNOWN_DIGEST if TEMPLATES else None,
        # The same for all variants and shards: graph number n is made from the same noise and
        # composition whatever the number of shards.
        seed=GENERATION_SEED,
    script:
        "../workflow_scripts/generate_graphs.py"


rule decode_graphs:
    """Decode one shard of graphs into crystals, with a row for what became of each graph."""
    input:
        graphs="results/generated/{variant}/shard-{shard}.h5",
        lattice=AUTOENCODER.format(kind="lattice"),
        networks=SITE_NETWORKS,
    output:
        crystals="results/crystals/{variant}/shard-{shard}.parquet",
    log:
        "results/logs/decode/{variant}-{shard}.log",
    benchmark:
        "results/benchmarks/decode/{variant}-{shard}.tsv"
    wildcard_constraints:
        variant="|".join(WITH_GRAPHS),
    group:
        "generate"
    conda:
        "../envs/learning.yaml"
    threads: 1
    resources:
        mem_mb=3000,
        runtime=60,
    params:
        *code("decode_graphs.py"),
        elements=SITE_NETWORK_ELEMENTS,
        decode=config["decode"],
        exact=bool(EXACT),
    script:
        "../workflow_scripts/decode_graphs.py"
