"""Which structures come back from their stored graphs."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.codec.autoencoders import load_autoencoders
    from ccdcgan.core.artifacts import provenance, write_json
    from ccdcgan.core.tables import write_table
    from ccdcgan.crystals.table import read_structures
    from ccdcgan.evaluation.round_trip import evaluation_rows, round_trip, summarise

    rows, _ = round_trip(
        snakemake.input.shards,
        evaluation_rows(read_structures(snakemake.input.structures), snakemake.params.seed),
        load_autoencoders(
            snakemake.input.lattice, snakemake.input.networks, snakemake.params.elements
        ),
        snakemake.params.decode,
    )
    write_table(snakemake.output.rows, rows)
    notes = provenance(snakemake.config, snakemake.params.seed)
    write_json(snakemake.output.metrics, {"parts": summarise(rows), **notes})
