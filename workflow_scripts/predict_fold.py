"""Predict one fold of a property's structures, with and without the start."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.settings.constraint import ConstraintTraining
    from ccdcgan.core.settings.finetune import FinetuneSettings
    from ccdcgan.core.tables import write_table
    from ccdcgan.crystals.table import Crystals
    from ccdcgan.networks.constraint import Constraint
    from ccdcgan.networks.files import load_model
    from ccdcgan.training.learning_curve import predict_fold

    given, params = snakemake.input, snakemake.params
    found = predict_fold(
        Crystals.read(given.structures),
        snakemake.wildcards.property,
        load_model(given.start, Constraint),
        ConstraintTraining.model_validate(params.training),
        FinetuneSettings.model_validate(params.finetune),
        fold=int(snakemake.wildcards.fold),
        seed=params.seed,
    )
    write_table(snakemake.output.predictions, found)
