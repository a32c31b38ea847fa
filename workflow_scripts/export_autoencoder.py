"""A trained autoencoder in half precision, to be handed on, with its model card."""

import json
from pathlib import Path

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.artifacts import atomic
    from ccdcgan.training.pretrained import autoencoder_card, export_autoencoder

    export_autoencoder(snakemake.input.model, snakemake.output.model)
    card = autoencoder_card(
        snakemake.wildcards.kind,
        snakemake.output.model,
        *(
            json.loads(Path(snakemake.input[name]).read_text())
            for name in ("summary", "metrics", "round_trip")
        ),
    )
    with atomic(snakemake.output.card) as temporary:
        temporary.write_text(card)
