# Requires: results/data/structures.parquet, what crystals are made by, results/denoiser/model.keras, the
#           autoencoders; of ccdcgan, the constraints
# Makes:    results/evaluation/csp/{variant}/shard-*.parquet (the closest sample of each structure),
#           results/evaluation/csp/{variant}.csv, .json and .svg: how many structures are found from
#           their compositions alone, by the variant that predicts and by its arms
#
# Not a part of the default run.

CSP = config["csp"]


rule predict_structures:
    """Make crystals of the compositions of one shard of the test part, and compare them."""
    input:
        structures="results/data/structures.parquet",
        generator=predicting_generator,
        denoiser=lambda wildcards: denoiser_of(wildcards.variant),
        refiner=lambda wildcards: refiners_of(wildcards.variant),
        compositions=lambda wildcards: compositions_of(wildcards.variant),
        constraints=lambda wildcards: constraint_networks(constraints_of(wildcards.variant)),
        lattice=AUTOENCODER.format(kind="lattice"),
        networks=SITE_NETWORKS,
    output:
        predicted="results/evaluation/csp/{variant}/shard-{shard}.parquet",
    log:
        "results/logs/evaluation/csp-{variant}-{shard}.log",
    benchmark:
        "results/benchmarks/evaluation/csp-{variant}-{shard}.tsv"
    wildcard_constraints:
        variant="|".join(PREDICTING),
    conda:
        "../envs/learning.yaml"
    threads: 1
    resources:
        mem_mb=3000,
        runtime=120,
    params:
        *code("predict_structures.py"),
        network=GAN["network"],
        csp=CSP,
        generate=lambda wildcards: predicting_settings(wildcards.variant),
        properties=lambda wildcards: constraints_of(wildcards.variant),
        known_phases=KNOWN_TABLE if TEMPLATES else None,
        known_digest=KNOWN_DIGEST if TEMPLATES else None,
        elements=SITE_NETWORK_ELEMENTS,
        decode=config["decode"],
        # The same for all shards: what is made of a structure does not depend on their number.
        seed=stable_seed(config["seed"], "csp"),
    script:
        "../workflow_scripts/predict_structures.py"


rule measure_match_rate:
    """Say how many structures of the test part are found from their compositions alone."""
    input:
        shards=expand(
            "results/evaluation/csp/{{variant}}/shard-{shard}.parquet", shard=shards(CSP["shards"])
        ),
        data="results/data/summary.json",
        networks=lambda wildcards: [
            generator_of(wildcards.variant),
            *denoiser_of(wildcards.variant),
            *refiners_of(wildcards.variant),
            *constraint_networks(constraints_of(wildcards.variant)),
            AUTOENCODER.format(kind="lattice"),
            *SITE_NETWORKS,
        ],
    output:
        rows="results/evaluation/csp/{variant}.csv",
        metrics="results/evaluation/csp/{variant}.json",
        figure=report(
            "results/evaluation/csp/{variant}.svg",
            caption="../report/csp.rst",
            category="Learning",
            labels={"figure": "{variant}: structures predicted from compositions"},
        ),
    log:
        "results/logs/evaluation/csp-{variant}.log",
    benchmark:
        "results/benchmarks/evaluation/csp-{variant}.tsv"
    wildcard_constraints:
        variant="|".join(PREDICTING),
    conda:
        "../envs/learning.yaml"
    threads: 1
    resources:
        mem_mb=1500,
        runtime=10,
    params:
        *code("measure_match_rate.py"),
        tries=CSP["tries"],
        pretrained=sorted(kind for kind, held in TAKEN.items() if held),
        seed=stable_seed(config["seed"], "csp"),
    script:
        "../workflow_scripts/measure_match_rate.py"
