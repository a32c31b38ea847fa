"""The lowest phase of each element by the potential: what formation energies refer to."""

from ccdcgan.jobs import job

with job(snakemake):
    from ccdcgan.archives import write_table
    from ccdcgan.config import energy_scheme
    from ccdcgan.phases import element_references
    from ccdcgan.potential import package_of
    from ccdcgan.structures import read_structures

    phases = [read_structures(path) for path in snakemake.input.phases]
    potential = snakemake.params.potential
    elements = element_references(phases).assign(
        potential=energy_scheme(potential), version=package_of(potential["name"])
    )
    write_table(snakemake.output.table, elements)
