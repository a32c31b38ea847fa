# Requires: results/data/structures.parquet, what crystals are made by, results/denoiser/model.keras, the
#           autoencoders; with generate.descent the constraints
# Makes:    results/evaluation/csp/shard-*.parquet (the closest sample of each structure), csp.csv,
#           csp.json and csp.svg: how many structures are found from their compositions alone
#
# Not a part of the default run.

CSP = config["csp"]
CSP_DESCENT = bool(config["generate"]["descent"]["steps"])


rule predict_structures:
    """Make crystals of the compositions of one shard of the test part, and compare them."""
    input:
        structures="results/data/structures.parquet",
        generator=predicting_generator,
        denoiser=DENOISER,
        refiner=REFINER,
        compositions=beside_generator(CSP_VARIANT, "compositions.json"),
        discriminator=(beside_generator(CSP_VARIANT, "discriminator.keras") if CSP_DESCENT else []),
        constraints=(
            expand("results/constraint/{property}/model.keras", property=PROPERTIES)
            if CSP_DESCENT
            else []
        ),
        lattice=AUTOENCODER.format(kind="lattice"),
        networks=SITE_NETWORKS,
    output:
        predicted="results/evaluation/csp/shard-{shard}.parquet",
    log:
        "results/logs/evaluation/csp-{shard}.log",
    benchmark:
        "results/benchmarks/evaluation/csp-{shard}.tsv"
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
        # How many crystals the stage `generate` makes, and of what, is no matter here.
        generate=DRAWN | {"graphs": 1, "shards": 1, "seed": None, "systems": None, "fractions": {}},
        properties=config["constraint"]["properties"] if CSP_DESCENT else [],
        elements=SITE_NETWORK_ELEMENTS,
        decode=config["decode"],
        # The same for all shards: what is made of a structure does not depend on their number.
        seed=stable_seed(config["seed"], "csp"),
    script:
        "../workflow_scripts/predict_structures.py"


rule measure_match_rate:
    """Say how many structures of the test part are found from their compositions alone."""
    input:
        shards=expand("results/evaluation/csp/shard-{shard}.parquet", shard=shards(CSP["shards"])),
        data="results/data/summary.json",
        networks=[
            generator_of(CSP_VARIANT),
            *DENOISER,
            *REFINER,
            AUTOENCODER.format(kind="lattice"),
            *SITE_NETWORKS,
        ],
    output:
        rows="results/evaluation/csp.csv",
        metrics="results/evaluation/csp.json",
        figure=report(
            "results/evaluation/csp.svg",
            caption="../report/csp.rst",
            category="Learning",
            labels={"figure": "Structures predicted from compositions"},
        ),
    log:
        "results/logs/evaluation/csp.log",
    benchmark:
        "results/benchmarks/evaluation/csp.tsv"
    conda:
        "../envs/learning.yaml"
    threads: 1
    resources:
        mem_mb=1500,
        runtime=10,
    params:
        *code("measure_match_rate.py"),
        tries=CSP["tries"],
        variant=CSP_VARIANT,
        pretrained=sorted(kind for kind, held in TAKEN.items() if held),
        seed=stable_seed(config["seed"], "csp"),
    script:
        "../workflow_scripts/measure_match_rate.py"
