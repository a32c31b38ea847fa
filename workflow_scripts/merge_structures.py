"""Put the phases and variants of all units into the training set."""

from ccdcgan.jobs import job

with job(snakemake):
    from ccdcgan.archives import write_table
    from ccdcgan.artifacts import provenance, write_json
    from ccdcgan.dataset import element_references, merge_structures, summarise
    from ccdcgan.structures import read_structures, write_structures

    params = snakemake.params
    phases = [read_structures(path) for path in snakemake.input.phases]
    kept, rejected = merge_structures(
        phases,
        [read_structures(path) for path in snakemake.input.variants],
        max_energy=params.max_energy,
        split=params.split,
        seed=params.seed,
    )
    notes = provenance(snakemake.config, params.seed)
    elements = element_references(phases).assign(potential=params.potential)
    write_structures(snakemake.output.table, kept, notes)
    write_table(snakemake.output.rejected, rejected.rename(columns={"dropped": "reason"}))
    write_table(snakemake.output.elements, elements)
    write_json(snakemake.output.summary, {**summarise(kept, rejected), "provenance": notes})
