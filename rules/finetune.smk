# Requires: results/data/structures.parquet, results/constraint/{property}/model.keras of the start
# Makes:    results/finetune/{property}/fold-*.csv, the predictions of each fold; curve.csv and
#           curve.svg: errors against structures, from the shipped network and from scratch
#
# Not a part of the default run.

FINETUNED = trained("constraint", PROPERTIES) if START else []
FOLDS = [str(fold) for fold in range(config["finetune"]["folds"])]


rule predict_fold:
    """Train on some of the other folds, with and without the start, and predict one fold."""
    input:
        structures="results/data/structures.parquet",
        start=f"results/constraint/{START}/model.keras",
    output:
        predictions="results/finetune/{property}/fold-{fold}.csv",
    log:
        "results/logs/finetune/{property}-{fold}.log",
    benchmark:
        "results/benchmarks/finetune/{property}-{fold}.tsv"
    wildcard_constraints:
        property="|".join(FINETUNED) or "none",
        fold="|".join(FOLDS),
    conda:
        "../envs/learning.yaml"
    threads: 1
    resources:
        mem_mb=3000,
        runtime=120,
    params:
        *code("predict_fold.py"),
        training=TRAINING_OF_CONSTRAINT,
        finetune=config["finetune"],
        # The same for all folds: a structure belongs to one of them.
        seed=stable_seed(config["seed"], "finetune"),
    script:
        "../workflow_scripts/predict_fold.py"


rule draw_learning_curve:
    """Sum up the folds: what the start is worth, in structures."""
    input:
        **{
            name: expand("results/finetune/{property}/fold-{fold}.csv", property=name, fold=FOLDS)
            for name in FINETUNED
        },
    output:
        curve="results/finetune/curve.csv",
        figure=report(
            "results/finetune/curve.svg",
            caption="../report/finetune.rst",
            category="Learning",
            labels={"figure": "What the start is worth"},
        ),
    log:
        "results/logs/finetune/curve.log",
    benchmark:
        "results/benchmarks/finetune/curve.tsv"
    conda:
        "../envs/workflow.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        *code("draw_learning_curve.py"),
        units={name: UNITS_OF_PROPERTIES.get(name, "Å³/atom") for name in FINETUNED},
    script:
        "../workflow_scripts/draw_learning_curve.py"
