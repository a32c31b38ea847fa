"""Crystal graphs of the structures of one shard."""

from ccdcgan.jobs import job

with job(snakemake):
    from ccdcgan.artifacts import provenance
    from ccdcgan.graph_data import encode_shard, load_networks
    from ccdcgan.structures import read_structures

    encode_shard(
        snakemake.output[0],
        snakemake.input.sites,
        snakemake.input.lattices,
        read_structures(snakemake.input.structures),
        snakemake.params.properties,
        load_networks(snakemake.input.lattice, snakemake.input.networks, snakemake.params.elements),
        snakemake.params.layout,
        provenance(snakemake.config, snakemake.params.seed),
    )
