# Requires: the manifest that config pretrained.manifest names, and the files that this names
# Makes:    in the place of a training: results/autoencoder/{lattice,combined}/model.keras,
#           results/constraint/{property}/model.keras, results/{denoiser,refiner}/model.keras, results/templates/crystals.parquet,
#           results/gan/{variant}/{generator.keras,compositions.json}
#
# Each network is either installed here or trained: `taken` and `trained` of common.smk say which, in
# the constraints of the wildcards of both rules.


rule install_autoencoder:
    """Put the pretrained autoencoder of a kind into its place; nothing is trained for it."""
    output:
        "results/autoencoder/{kind}/model.keras",
    log:
        "results/logs/autoencoder/install-{kind}.log",
    benchmark:
        "results/benchmarks/autoencoder/install-{kind}.tsv"
    wildcard_constraints:
        kind=taken("autoencoder", AUTOENCODERS),
    conda:
        "../envs/workflow.yaml"
    threads: 1
    resources:
        mem_mb=500,
        runtime=10,
    params:
        *code("install_pretrained.py"),
        files=lambda wildcards: [TAKEN["autoencoder"][wildcards.kind]],
        kinds=["Autoencoder"],
        folder=pretrained_folder,
    script:
        "../workflow_scripts/install_pretrained.py"


use rule install_autoencoder as install_constraint with:
    output:
        "results/constraint/{property}/model.keras",
    log:
        "results/logs/constraint/install-{property}.log",
    benchmark:
        "results/benchmarks/constraint/install-{property}.tsv"
    wildcard_constraints:
        property=taken("constraint", PROPERTIES),
    params:
        files=lambda wildcards: [TAKEN["constraint"][wildcards.property]],
        kinds=["Constraint"],


use rule install_autoencoder as install_denoiser with:
    output:
        "results/{network}/model.keras",
    log:
        "results/logs/{network}/install.log",
    benchmark:
        "results/benchmarks/{network}/install.tsv"
    wildcard_constraints:
        network="denoiser" if TAKEN["denoiser"] else "none",
    params:
        files=[TAKEN["denoiser"]],
        kinds=["Denoiser"],


use rule install_denoiser as install_refiner with:
    wildcard_constraints:
        network="refiner" if TAKEN["refiner"] else "none",
    params:
        files=[TAKEN["refiner"]],
        kinds=["Refiner"],


use rule install_autoencoder as install_templates with:
    output:
        "results/{network}/crystals.parquet",
    log:
        "results/logs/{network}/install.log",
    benchmark:
        "results/benchmarks/{network}/install.tsv"
    wildcard_constraints:
        network="templates" if TAKEN["templates"] else "none",
    params:
        files=[TAKEN["templates"]],
        kinds=[""],


use rule install_autoencoder as install_generator with:
    output:
        expand("results/gan/{{variant}}/{file}", file=["generator.keras", "compositions.json"]),
    log:
        "results/logs/gan/install-{variant}.log",
    benchmark:
        "results/benchmarks/gan/install-{variant}.tsv"
    wildcard_constraints:
        variant=taken("generator", GAN_VARIANTS),
    params:
        files=lambda wildcards: [
            {key: file[key] for key in ("path", "sha256")}
            for generator in [TAKEN["generator"][wildcards.variant]]
            for file in (generator, generator["compositions"])
        ],
        kinds=[GENERATOR_KINDS.get(GENERATOR_NETWORK, ""), ""],
