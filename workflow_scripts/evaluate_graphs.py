"""Which structures of one shard come back from their graphs, and what came back."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.artifacts import provenance
    from ccdcgan.core.settings.decode import DecodeSettings
    from ccdcgan.crystals.table import Crystals
    from ccdcgan.evaluation.round_trip import round_trip
    from ccdcgan.networks.autoencoder import load_autoencoders

    given, params = snakemake.input, snakemake.params
    networks = load_autoencoders(given.lattice, given.networks, params.elements)
    structures = Crystals.read(given.structures)
    decode = DecodeSettings.model_validate(params.decode)
    returned = round_trip([given.graphs], structures, networks, decode)
    returned.write(snakemake.output.crystals, provenance(snakemake.config))
