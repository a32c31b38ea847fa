"""The graphs of one arm and seed that gave known compounds."""

from ccdcgan.jobs import job

with job(snakemake):
    from ccdcgan.archives import write_table
    from ccdcgan.augmentation import found_compounds
    from ccdcgan.screen import read_batches
    from ccdcgan.structures import read_structures

    _, crystals = read_batches(snakemake.input.manifests, snakemake.input.crystals)
    found = found_compounds(read_structures(snakemake.input.known), crystals)
    write_table(snakemake.output.table, found)
