"""The graphs of one arm and seed that gave known compounds."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.tables import write_table
    from ccdcgan.crystals.table import Crystals
    from ccdcgan.evaluation.augmentation import found_compounds

    known = Crystals.read(snakemake.input.known)
    found = found_compounds(known, Crystals.read_all(snakemake.input.crystals))
    write_table(snakemake.output.table, found)
