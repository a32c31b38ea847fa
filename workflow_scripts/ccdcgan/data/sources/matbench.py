"""Structures of a Matbench dataset, through matminer's loader: no key is needed.

A. Dunn et al., npj Computational Materials 6, 138 (2020).
"""

import logging
import sys
from collections.abc import Iterator, Sequence
from os import PathLike
from pathlib import Path
from typing import Any

import pandas as pd
import requests
from matminer.datasets import utils
from matminer.utils.io import load_dataframe_from_json
from tqdm import tqdm

from ccdcgan.core.artifacts import sha256_of
from ccdcgan.core.errors import InputError
from ccdcgan.core.settings.sources import MatbenchSettings
from ccdcgan.data.sources.records import record_of_document, to_table

logger = logging.getLogger(__name__)
PROPERTIES = {
    "matbench_mp_e_form": ("e_form", "formation_energy_per_atom"),
    "matbench_mp_gap": ("gap pbe", "band_gap"),
}
"""By dataset, the name of its target and ours."""


def fetch_matbench(
    settings: MatbenchSettings, properties: Sequence[str], folder: str | PathLike[str]
) -> pd.DataFrame:
    """Fetch the records of a dataset.

    settings: with url and sha256, of a copy of the dataset's file to take in place of the published
    one. folder: where the downloaded file is kept; the loader checks it against its SHA-256. Raises
    `InputError` if it cannot be had.
    """
    name = settings.dataset
    column, ours = PROPERTIES[name]
    known = utils._load_dataset_dict()[name]
    if settings.url:
        known |= {"url": settings.url, "hash": settings.sha256}
    file = Path(folder) / f"{name}.{known['file_type']}"
    if file.exists() and sha256_of(file) != known["hash"]:
        logger.warning("%s is damaged: fetched again", file)
        file.unlink()
    try:
        utils._validate_dataset(str(file), known["url"], known["hash"])
        # Left as dictionaries: to decode them is to import what they name, and the digest may have
        # come from the same hand as the file.
        data = load_dataframe_from_json(str(file), pbar=False, decode=False)
    except (requests.RequestException, OSError, ValueError, EOFError, UserWarning) as error:
        file.unlink(missing_ok=True)
        reason = " ".join(str(error).split())[:300]
        raise InputError(
            f"data.source matbench: {known['url']}: {reason}; try again, or name a copy of "
            f"the file with data.matbench.url and sha256"
        ) from None
    if column not in data or "structure" not in data:
        raise InputError(
            f"data.source matbench: {name} has the columns {', '.join(data.columns)}, "
            f"not structure and {column}"
        )
    return to_table(
        _records(data, name, column, ours),
        properties,
        source="matbench",
        energy_scheme=f"{name} (Materials Project, 2019)",
    )


def _records(data: pd.DataFrame, name: str, column: str, ours: str) -> Iterator[dict[str, Any]]:
    pairs = zip(data["structure"], data[column], strict=True)
    for number, (structure, value) in enumerate(
        tqdm(pairs, name, len(data), mininterval=10, file=sys.stderr)
    ):
        yield record_of_document(f"{name}-{number:06d}", structure, {ours: value}, name)
