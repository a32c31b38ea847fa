"""Fingerprints of a sample of the structures of the test part."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.artifacts import provenance
    from ccdcgan.crystals.table import read_structures, to_structure, write_structures
    from ccdcgan.evaluation.fingerprints import fingerprints

    structures = read_structures(snakemake.input.structures)
    test, seed = structures[structures["split"] == "test"], snakemake.params.seed
    drawn = test.sample(min(snakemake.params.sample, len(test)), random_state=seed).sort_index()
    table = fingerprints(
        {row["id"]: to_structure(row) for _, row in drawn.iterrows()},
        processes=snakemake.threads,
    )
    notes = {"drawn": len(drawn), **provenance(snakemake.config, seed)}
    write_structures(snakemake.output.table, table, notes)
