"""The metrics of the crystals of one variant as a set."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.artifacts import provenance, write_json
    from ccdcgan.crystals.table import Crystals
    from ccdcgan.crystals.templates import read_templates
    from ccdcgan.evaluation.fingerprints import read_fingerprints, read_scale
    from ccdcgan.evaluation.prediction_metrics import read_predictions
    from ccdcgan.evaluation.set_metrics import match_rate, measure_set
    from ccdcgan.stability.known_phases import read_known_phases
    from ccdcgan.stability.outcomes import read_relaxed, read_screened

    given, params = snakemake.input, snakemake.params
    measures = measure_set(
        Crystals.read_all(given.crystals),
        read_screened(given.screened),
        Crystals.read(given.structures),
        predicted=next(map(read_predictions, given.predictions), None),
        fingerprints=read_fingerprints(given.fingerprints),
        test=read_fingerprints(given.test),
        scale=read_scale(params.scale),
        relaxed=next(map(read_relaxed, given.relaxed), None),
        known=read_known_phases(given.phases, **params.energies) if given.phases else None,
        systems=params.systems,
        predicted_structures=match_rate(given.csp),
        templates=next(map(read_templates, given.templates), None),
        fair=params.choose == "sample",
        keep_unconverged=params.keep_unconverged,
    )
    notes = {"sample": params.sample, "provenance": provenance(snakemake.config, params.seed)}
    found = {"variant": snakemake.wildcards.variant, "measures": measures, **notes}
    write_json(snakemake.output[0], found)
