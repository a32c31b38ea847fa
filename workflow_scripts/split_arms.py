"""The known compounds of a system, and the training sets without and with hypothetical ones."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.artifacts import provenance
    from ccdcgan.crystals.table import Crystals
    from ccdcgan.evaluation.augmentation import split_arms
    from ccdcgan.stability.known_phases import read_known_phases

    given, params, made = snakemake.input, snakemake.params, snakemake.output
    known, arms = split_arms(
        Crystals.read(given.structures),
        read_known_phases([given.phases], **params.energies).crystals,
        params.system,
        hypothetical=params.hypothetical,
        seed=params.seed,
    )
    notes = provenance(snakemake.config, params.seed)
    arms["without"].write(made.arms[0], notes)
    arms["with"].write(made.arms[1], notes)
    known.write(made.known, notes)
