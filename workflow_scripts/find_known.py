"""The graphs of one arm and seed that gave known compounds."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.tables import write_table
    from ccdcgan.crystals.table import read_structures
    from ccdcgan.evaluation.augmentation import found_compounds
    from ccdcgan.stability.screen import read_manifests

    _, crystals = read_manifests(snakemake.input.manifests, snakemake.input.crystals)
    found = found_compounds(read_structures(snakemake.input.known), crystals)
    write_table(snakemake.output.table, found)
