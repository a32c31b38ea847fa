"""Strain and rattle the phases of a unit and label the copies with the potential."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.artifacts import provenance
    from ccdcgan.crystals.potential import load_calculator
    from ccdcgan.crystals.table import read_structures, write_structures
    from ccdcgan.data.labelling import label_copies

    phases = read_structures(snakemake.input.phases)
    copies = label_copies(
        phases[phases["dropped"] == ""],
        load_calculator(snakemake.params.potential),
        snakemake.params.filters,
        snakemake.params.copies,
        snakemake.params.seed,
    )
    notes = provenance(snakemake.config, snakemake.params.seed)
    write_structures(snakemake.output.table, copies, notes)
