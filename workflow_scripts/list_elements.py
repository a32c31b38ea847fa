"""The lowest phase of each element by the potential: what formation energies refer to."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.schemes import energy_scheme
    from ccdcgan.core.tables import write_table
    from ccdcgan.crystals.potential import package_of
    from ccdcgan.crystals.table import read_structures
    from ccdcgan.data.formation_energies import element_references

    phases = [read_structures(path) for path in snakemake.input.phases]
    potential = snakemake.params.potential
    elements = element_references(phases).assign(
        potential=energy_scheme(potential), version=package_of(potential["name"])
    )
    write_table(snakemake.output.table, elements)
