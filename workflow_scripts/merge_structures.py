"""The shards in one training set, split, and summed up."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.artifacts import provenance, write_json
    from ccdcgan.core.settings.split import SplitSettings
    from ccdcgan.core.tables import write_table
    from ccdcgan.crystals.table import read_records, source_notes, write_structures
    from ccdcgan.data.training_set import merge_structures, summarise

    given, params, made = snakemake.input, snakemake.params, snakemake.output
    split = SplitSettings.model_validate(params.split)
    kept, rejected = merge_structures(
        map(read_records, given.shards),
        sources=params.sources,
        split=split,
        seed=params.seed,
    )
    summary = summarise(kept, rejected, params.units, params.cell, split.by)
    notes = provenance(snakemake.config, params.seed)
    notes["sources"] = list(map(source_notes, given.sources))
    write_structures(made.table, kept, notes, units=params.units)
    write_table(made.rejected, rejected.rename(columns={"dropped": "reason"}))
    write_json(made.summary, {**summary, "provenance": notes})
