"""The known compounds of a system, and the training sets without and with hypothetical ones."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.artifacts import provenance
    from ccdcgan.crystals.table import read_structures, write_structures
    from ccdcgan.evaluation.augmentation import known_compounds, training_sets
    from ccdcgan.stability.known_phases import known_phases

    params = snakemake.params
    phases, _ = known_phases(
        [snakemake.input.phases], potential=params.potential, reference=params.reference
    )
    known = known_compounds(phases, params.system)
    arms = training_sets(
        read_structures(snakemake.input.structures),
        known,
        params.system,
        hypothetical=params.hypothetical,
        seed=params.seed,
    )
    notes = provenance(snakemake.config, params.seed)
    for path, table in zip(snakemake.output.arms, arms.values(), strict=True):
        write_structures(path, table, notes)
    write_structures(snakemake.output.known, known, notes)
