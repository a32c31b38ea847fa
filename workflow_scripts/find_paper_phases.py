"""The new phases of the paper: which of them this run made."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.tables import read_each, write_table
    from ccdcgan.crystals.table import Crystals
    from ccdcgan.evaluation.paper_phases import paper_phases
    from ccdcgan.stability.hull import read_hull

    given, params = snakemake.input, snakemake.params
    hulls = read_each(read_hull, params.systems, given.hulls)
    novel = read_each(Crystals.read, params.variants, given.novel)
    write_table(snakemake.output.table, paper_phases(hulls, novel))
