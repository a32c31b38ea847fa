"""The lowest phase of each element by the potential: what formation energies refer to."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.settings.potential import PotentialSettings
    from ccdcgan.core.tables import write_table
    from ccdcgan.crystals.table import Crystals
    from ccdcgan.data.labelling import list_elements

    phases = map(Crystals.read, snakemake.input.phases)
    potential = PotentialSettings.model_validate(snakemake.params.potential)
    write_table(snakemake.output.table, list_elements(phases, potential))
