"""What can be said offline of the crystals of a variant by the definitions of LeMat-GenBench."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.artifacts import provenance, write_json
    from ccdcgan.core.tables import read_each, write_table
    from ccdcgan.crystals.table import Crystals
    from ccdcgan.evaluation.benchmark import judge, measure, read_energies, references_of
    from ccdcgan.evaluation.benchmark_sample import read_draw
    from ccdcgan.stability.known_phases import read_table_of_known

    given, made, params = snakemake.input, snakemake.output, snakemake.params
    drawn = read_draw(given.crystals)
    known = read_table_of_known(params.known_phases)
    references = references_of(Crystals.read(given.structures), [known])
    rows, measures = measure(
        judge(drawn.crystals, references, processes=snakemake.threads),
        drawn,
        read_each(read_energies, params.potentials, given.energies),
    )
    notes = {"provenance": provenance(snakemake.config, params.seed)}
    write_table(made.rows, rows)
    write_json(made.measures, {"variant": snakemake.wildcards.variant, **measures, **notes})
