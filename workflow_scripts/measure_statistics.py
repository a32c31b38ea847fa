"""The figures of merit of the crystals of one variant."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.artifacts import provenance, write_json
    from ccdcgan.core.tables import read_table
    from ccdcgan.crystals.table import read_structures, source_notes
    from ccdcgan.evaluation.fingerprints import coverage, read_fingerprints, read_scale
    from ccdcgan.evaluation.set_metrics import (
        MEANINGS,
        above_known_hulls,
        after_relaxation,
        as_decoded,
        covered,
        not_relaxed,
    )
    from ccdcgan.stability.known_phases import known_phases
    from ccdcgan.stability.outcomes import read_relaxed_crystals, read_screened
    from ccdcgan.stability.screen import read_manifests

    given, params, variant = snakemake.input, snakemake.params, snakemake.wildcards.variant
    structures, screened = read_structures(given.structures), read_screened(given.screened)
    predicted = [read_table(path, ["split", "predicted"]) for path in given.predictions]
    manifest, crystals = read_manifests(given.manifests, given.crystals)
    found = as_decoded(manifest, crystals, screened, structures, *(predicted or [None]))
    sets = [read_fingerprints(path) for path in (given.fingerprints, given.test)]
    graphs = source_notes(given.fingerprints)["drawn"]
    found |= covered(coverage(*sets, read_scale(given.scale)), graphs)
    if given.relaxed:
        rows, relaxed = read_relaxed_crystals(*given.relaxed)
        phases, scheme = known_phases(
            given.phases, potential=params.potential, reference=params.reference
        )
        systems = params.systems or sorted(rows["chemical_system"].unique())
        above = above_known_hulls(
            phases,
            scheme,
            params.potential,
            {variant: screened},
            {variant: rows},
            relaxed,
            systems,
        )
        found |= after_relaxation(rows, relaxed, above)
    else:
        found |= not_relaxed("statistics.relaxed is false")
    measures = {name: found[name].entry() for name in MEANINGS}
    notes = {"sample": params.sample, "provenance": provenance(snakemake.config, params.seed)}
    write_json(snakemake.output[0], {"variant": variant, "measures": measures, **notes})
