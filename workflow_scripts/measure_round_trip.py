"""Which structures come back from their stored graphs."""

from ccdcgan.jobs import job

with job(snakemake):
    from ccdcgan.archives import write_table
    from ccdcgan.artifacts import provenance, write_json
    from ccdcgan.evaluation import evaluation_rows, round_trip, summarise
    from ccdcgan.graph_data import load_networks
    from ccdcgan.structures import read_structures

    rows, _ = round_trip(
        snakemake.input.shards,
        evaluation_rows(read_structures(snakemake.input.structures), snakemake.params.seed),
        load_networks(snakemake.input.lattice, snakemake.input.networks, snakemake.params.elements),
        snakemake.params.decode,
    )
    write_table(snakemake.output.rows, rows)
    notes = provenance(snakemake.config, snakemake.params.seed)
    write_json(snakemake.output.metrics, {"parts": summarise(rows), **notes})
