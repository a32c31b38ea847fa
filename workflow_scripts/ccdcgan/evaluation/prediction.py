"""Predictions of a property by its constraint, of what the stored graphs hold."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from ccdcgan.codec.graph_table import graphs_of
from ccdcgan.core.settings.decode import DecodeSettings
from ccdcgan.crystals.properties import with_property
from ccdcgan.crystals.table import Crystals
from ccdcgan.evaluation.prediction_metrics import prediction_metrics
from ccdcgan.evaluation.round_trip import SAMPLE, read_back
from ccdcgan.networks.autoencoder import Autoencoders
from ccdcgan.networks.constraint import Constraint
from ccdcgan.networks.predict import predict


def assess(
    model: Constraint,
    structures: Crystals,
    shards: Sequence[str],
    networks: Autoencoders,
    name: str,
    settings: DecodeSettings,
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Predict from the stored graphs; say of each part the number, MAE, RMSE and R².

    Nothing else of a structure is used, but a network that reads atoms needs the autoencoders
    (`networks`, with `settings`), which decode them from the graph; the paper's reads its numbers.
    Of the test part all structures are predicted, of the others at most SAMPLE. A graph that cannot
    be read has no prediction and counts as `not_read`. Without labels both are empty.
    """
    if name not in structures.table or structures[name].notna().sum() == 0:
        return pd.DataFrame(columns=["id", "split", "true", "predicted"]), {}
    parts = [
        rows if split == "test" or len(rows) <= SAMPLE else rows.sample(SAMPLE, random_state=0)
        for split, rows in with_property(structures, name).table.groupby("split")
    ]
    chosen = pd.concat(parts, ignore_index=True)
    table = chosen[["id", "split", name]].rename(columns={name: "true"})
    if "graphs" in model.reads:
        table["predicted"] = predict(model, {"graphs": graphs_of(shards, chosen["id"])})
    else:
        crystals = read_back(shards, set(chosen["id"]), networks, settings)
        values: Any = predict(model, crystals.arrays()) if len(crystals) else []
        found = dict(zip(crystals, values, strict=True))
        table["predicted"] = table["id"].map(found).astype(float)
    return table, {str(split): prediction_metrics(rows) for split, rows in table.groupby("split")}
