"""Fingerprints of a sample of crystals, and of how many rows it was drawn from."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.artifacts import provenance
    from ccdcgan.crystals.table import Crystals, write_structures
    from ccdcgan.evaluation.fingerprints import fingerprint_sample

    params = snakemake.params
    table, notes = fingerprint_sample(
        Crystals.read_all(snakemake.input.crystals),
        params.part,
        params.sample,
        params.seed,
        processes=snakemake.threads,
    )
    notes |= provenance(snakemake.config, params.seed)
    write_structures(snakemake.output.table, table, notes)
