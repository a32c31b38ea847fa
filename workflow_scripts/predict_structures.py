"""Crystals of the compositions of one shard of the test part, beside what those are."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.artifacts import provenance
    from ccdcgan.core.settings.analysis import CspSettings
    from ccdcgan.core.settings.constraint import ConstraintProperty
    from ccdcgan.core.settings.decode import DecodeSettings
    from ccdcgan.core.settings.generation import GenerateSettings
    from ccdcgan.crystals.table import Crystals
    from ccdcgan.generation.structure_prediction import predict_shard
    from ccdcgan.networks.autoencoder import load_autoencoders

    given, params = snakemake.input, snakemake.params
    predicted = predict_shard(
        Crystals.read(given.structures),
        CspSettings.model_validate(params.csp),
        network=params.network,
        generator=given.generator,
        compositions=given.compositions,
        denoiser=given.denoiser,
        refiner=given.refiner,
        constraints=given.constraints,
        properties=list(map(ConstraintProperty.model_validate, params.properties)),
        known_phases=params.known_phases,
        autoencoders=load_autoencoders(given.lattice, given.networks, params.elements),
        generate=GenerateSettings.model_validate(params.generate),
        decode=DecodeSettings.model_validate(params.decode),
        shard=int(snakemake.wildcards.shard),
        seed=params.seed,
    )
    predicted.write(snakemake.output.predicted, provenance(snakemake.config, params.seed))
