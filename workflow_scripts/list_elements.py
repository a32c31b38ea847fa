"""The lowest phase of each element by the potential: what formation energies refer to."""

from ccdcgan.jobs import job

with job(snakemake):
    from ccdcgan.archives import write_table
    from ccdcgan.phases import element_references
    from ccdcgan.structures import read_structures

    phases = [read_structures(path) for path in snakemake.input.phases]
    elements = element_references(phases).assign(potential=snakemake.params.potential)
    write_table(snakemake.output.table, elements)
