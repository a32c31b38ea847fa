"""Put the shards into the training set, split it, and sum it up."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.artifacts import provenance, write_json
    from ccdcgan.core.tables import write_table
    from ccdcgan.crystals.table import read_records, source_notes, write_structures
    from ccdcgan.data.training_set import merge_structures, summarise

    params = snakemake.params
    kept, rejected = merge_structures(
        [read_records(path) for path in snakemake.input.shards],
        sources=params.sources,
        split=params.split,
        seed=params.seed,
    )
    notes = provenance(snakemake.config, params.seed) | {
        "sources": [source_notes(path) for path in snakemake.input.sources]
    }
    summary = summarise(
        kept, rejected, units=params.units, cell=params.cell, split_by=params.split["by"]
    )
    write_structures(snakemake.output.table, kept, notes, units=params.units)
    write_table(snakemake.output.rejected, rejected.rename(columns={"dropped": "reason"}))
    write_json(snakemake.output.summary, {**summary, "provenance": notes})
