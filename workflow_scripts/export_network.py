"""A trained constraint, denoiser or generator, to be handed on, with its model card."""

import json
from pathlib import Path

from ccdcgan.core.jobs import job

with job(snakemake):
    import pandas as pd

    from ccdcgan.core.artifacts import atomic, sha256_of
    from ccdcgan.networks.constraint import Constraint
    from ccdcgan.networks.denoiser import Denoiser
    from ccdcgan.networks.generator import Generator
    from ccdcgan.training.pretrained import (
        export_compositions,
        metrics_of_parts,
        model_card,
        take_file,
    )

    kinds = {"constraint": Constraint, "denoiser": Denoiser, "generator": Generator}
    files, made = snakemake.input, snakemake.output
    for name in ("model", *(("discriminator",) if made.get("discriminator") else ())):
        take_file(files[name], made[name], sha256=sha256_of(files[name]))
    if made.get("compositions"):
        export_compositions(files.compositions, made.compositions)
    last = pd.read_csv(files.history).iloc[-1].to_dict()
    figures = ["Last epoch: " + ", ".join(f"{k} {v:.4g}" for k, v in last.items()) + "."]
    if files.get("metrics"):
        metrics = json.loads(Path(files.metrics).read_text())
        figures += metrics_of_parts(metrics, "from the stored graphs alone")
    card = model_card(
        snakemake.params.name,
        snakemake.params.what,
        made.model,
        kinds[snakemake.params.kind],
        json.loads(Path(files.summary).read_text()),
        snakemake.params.settings,
        figures,
    )
    with atomic(made.card) as temporary:
        temporary.write_text(card)
