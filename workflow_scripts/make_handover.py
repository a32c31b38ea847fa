"""The candidates of a system and their competing phases, as jobs of atomate2."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.artifacts import write_json, write_text
    from ccdcgan.crystals.table import Crystals
    from ccdcgan.dft.candidates import read_candidates
    from ccdcgan.dft.handover import SCRIPT, handover
    from ccdcgan.stability.hull import read_hull
    from ccdcgan.stability.outcomes import read_relaxed

    given, params, made = snakemake.input, snakemake.params, snakemake.output
    jobs = handover(
        snakemake.wildcards.system,
        read_hull(given.hull),
        read_candidates(given.candidates),
        Crystals.join(map(read_relaxed, given.relaxed)),
        Crystals.read(given.structures),
        above=params.above,
        potential=params.potential,
    )
    write_json(made.jobs, jobs)
    write_text(made.script, SCRIPT)
