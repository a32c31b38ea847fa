"""How many structures an autoencoder brings back."""

import sys
from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pymatgen.core import Element, Lattice, Structure
from tqdm import tqdm

from ccdcgan.codec.decode import lattice_of_metric
from ccdcgan.codec.encode import encode_rows
from ccdcgan.codec.invert import atoms_of_latents, metrics_of_latents
from ccdcgan.core.settings.voxels import ImageSettings
from ccdcgan.crystals.table import Crystals
from ccdcgan.evaluation.round_trip import cell_errors, evaluation_sample, rms_displacement
from ccdcgan.networks.autoencoder import Autoencoder
from ccdcgan.representation.image_store import ImageStore, images_of

LENGTH_TOLERANCE, ANGLE_TOLERANCE = 0.2, 5.0  # StructureMatcher's own


def compare_sites(
    store: ImageStore, crystals: Crystals, network: Autoencoder, threshold: float
) -> pd.DataFrame:
    """Say which crystals come back, the lattice and the elements being given.

    The sites of the images in `store` (all elements, or one) are put through the network and
    compared with StructureMatcher at its defaults; where the store holds one element, with the
    sublattice of that element. A row a structure: id, split, num_sites, decoded_sites,
    reproduced, rms (normalised by (V/N)^(1/3)).
    """
    chosen = store.index[store.index["id"].isin(crystals["id"])]
    latents = encode_rows(network, store, chosen.index)
    atoms = atoms_of_latents(network, latents, threshold)
    decoded: dict[str, list[tuple[int, NDArray[np.float64]]]] = {}
    for identity, number, coords in zip(chosen["id"], chosen["element"], atoms, strict=True):
        decoded.setdefault(identity, []).append((int(number), coords))
    records = []
    split = dict(zip(crystals, crystals["split"], strict=True))
    progress = tqdm(crystals.items(), "compare", len(crystals), mininterval=10, file=sys.stderr)
    for name, original in progress:
        found = decoded.get(name)
        if found is None:
            continue
        numbers = [number for number, _ in found]
        original.remove_sites(
            [i for i, z in enumerate(original.atomic_numbers) if z not in numbers]
        )
        species = [Element.from_Z(number).symbol for number, coords in found for _ in coords]
        coords = np.concatenate([coords for _, coords in found])
        rms = rms_displacement(original, Structure(original.lattice, species, coords))
        records.append(
            {
                "id": name,
                "split": split[name],
                "num_sites": len(original),
                "decoded_sites": len(species),
                "reproduced": rms is not None,
                "rms": rms,
            }
        )
    return pd.DataFrame(records)


def compare_lattices(store: ImageStore, crystals: Crystals, network: Autoencoder) -> pd.DataFrame:
    """Say how well the lattices of crystals come back.

    A row a structure: id, split, reproduced (within StructureMatcher's tolerances: lengths to
    20% and angles to 5 degrees), length_error (largest relative error of an edge), angle_error
    (largest error of an angle, degrees).
    """
    chosen = store.index[store.index["id"].isin(crystals["id"])]
    latents = encode_rows(network, store, chosen.index)
    originals = crystals.table.set_index("id")
    records = []
    for identity, metric in zip(chosen["id"], metrics_of_latents(network, latents), strict=True):
        row = originals.loc[identity]
        original = Lattice(np.reshape(row["lattice"], (3, 3)))
        found = lattice_of_metric(metric)
        length, angle = cell_errors(original, found)
        records.append(
            {
                "id": identity,
                "split": row["split"],
                "reproduced": bool(length < LENGTH_TOLERANCE and angle < ANGLE_TOLERANCE),
                "length_error": length,
                "angle_error": angle,
            }
        )
    return pd.DataFrame(records)


def measure(
    network: Autoencoder,
    paths: Sequence[str],
    voxels: ImageSettings,
    structures: Crystals,
    threshold: float,
    seed: int,
    *,
    kind: str,
) -> pd.DataFrame:
    """Make a row for each structure of the test part and for as many of the training part."""
    _, element = images_of(kind)
    sample = evaluation_sample(structures, seed)
    store = ImageStore(paths, network.kind, voxels, network.stride, element)
    if network.kind == "lattice":
        return compare_lattices(store, sample, network)
    return compare_sites(store, sample, network, threshold)
