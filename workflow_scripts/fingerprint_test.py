"""Fingerprints of a sample of the structures of the test part."""

from ccdcgan.jobs import job

with job(snakemake):
    from ccdcgan.artifacts import provenance
    from ccdcgan.fingerprints import fingerprints
    from ccdcgan.structures import read_structures, to_structure, write_structures

    structures = read_structures(snakemake.input.structures)
    test, seed = structures[structures["split"] == "test"], snakemake.params.seed
    drawn = test.sample(min(snakemake.params.sample, len(test)), random_state=seed).sort_index()
    table = fingerprints(
        {row["id"]: to_structure(row) for _, row in drawn.iterrows()},
        processes=snakemake.threads,
    )
    notes = {"drawn": len(drawn), **provenance(snakemake.config, seed)}
    write_structures(snakemake.output.table, table, notes)
