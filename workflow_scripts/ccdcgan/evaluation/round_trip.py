"""Structures through their crystal graphs and back."""

import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pymatgen.analysis.structure_matcher import StructureMatcher
from pymatgen.core import Element, Lattice, Structure
from tqdm import tqdm

from ccdcgan.codec.decode import decode_graphs
from ccdcgan.codec.manifest import Decoded
from ccdcgan.core.settings.decode import DecodeSettings
from ccdcgan.core.shards import read_shard, strings
from ccdcgan.crystals.table import ATOMS, Crystals, atoms_of
from ccdcgan.evaluation.round_trip_metrics import COLUMNS
from ccdcgan.networks.autoencoder import Autoencoders
from ccdcgan.representation.graph_layout import GRAPHS

STRICT = StructureMatcher()
CDVAE = StructureMatcher(ltol=0.3, stol=0.5, angle_tol=10.0)
"""The matcher of the reconstruction table of Xie et al., ICLR 2022 (CDVAE)."""
BATCH = 256
SAMPLE = 1000
"""Structures of a part that are brought back to measure a training; `evaluate` takes all."""
ERRORS = ("rms", "known_rms", "length_error", "angle_error", "cdvae_rms")


def round_trip(
    paths: Sequence[str],
    structures: Crystals,
    networks: Autoencoders,
    settings: DecodeSettings,
) -> Crystals:
    """Say which of the structures come back from their stored graphs, and hold what came back.

    A row a structure, with `COLUMNS`: id, split, num_sites, num_elements, space_group, status (of
    the decoding), decoded_sites; reproduced and rms, nothing of the original being used; known and
    known_rms, its elements being given (the paper's case); sites, its lattice being given;
    length_error (largest relative error of an edge) and angle_error (degrees) of the lattice alone;
    cdvae and cdvae_rms, as reproduced and rms with the matcher of CDVAE's table. Displacements are
    normalised by (V/N)^(1/3); a rate counts a structure only if the composition is the same as
    well.
    """
    records = []
    for path in paths:
        with read_shard(path, GRAPHS) as file:
            names = strings(file["id"])
            decode = _decoder(networks, settings, file.attrs["layout"])
            chosen = np.flatnonzero([name in structures for name in names])
            progress = tqdm(total=len(chosen), desc="compare", mininterval=10, file=sys.stderr)
            for start in range(0, len(chosen), BATCH):
                part = chosen[start : start + BATCH]
                graphs = file["graphs"][part[0] : part[-1] + 1][part - part[0]]
                originals = structures.take(names[i] for i in part)
                elements = [sorted({Element(s).Z for s in one}) for one in originals["species"]]
                blind = decode(graphs)
                known = _with_elements(graphs, elements, blind, decode)
                for row, one, two in zip(originals.rows(), blind, known, strict=True):
                    compared = _compare(row, originals.structure(row["id"]), one, two)
                    records.append({**compared, **atoms_of(one.structure)})
                    progress.update()
            progress.close()
    table = pd.DataFrame(records, columns=[*COLUMNS, *ATOMS])
    return Crystals(table.astype(dict.fromkeys(ERRORS, float)))


def read_back(
    paths: Sequence[str],
    ids: Collection[str],
    networks: Autoencoders,
    settings: DecodeSettings,
) -> Crystals:
    """Read the crystals that stored graphs hold, without those that hold none."""
    crystals: dict[str, Structure] = {}
    for path in paths:
        with read_shard(path, GRAPHS) as file:
            names = strings(file["id"])
            decode = _decoder(networks, settings, file.attrs["layout"])
            rows = [row for row, name in enumerate(names) if name in ids]
            for start in tqdm(range(0, len(rows), BATCH), "read", mininterval=10, file=sys.stderr):
                part = rows[start : start + BATCH]
                for row, one in zip(part, decode(file["graphs"][part]), strict=True):
                    if one.structure is not None:
                        crystals[names[row]] = one.structure
    return Crystals.of_structures(crystals)


def _decoder(
    networks: Autoencoders, settings: DecodeSettings, layout: str
) -> Callable[..., list[Decoded]]:
    """Return what decodes graphs of a layout, as `decode_graphs` does."""
    return partial(
        decode_graphs,
        autoencoders=networks,
        threshold=settings.threshold,
        min_distance=settings.min_distance,
        layout=layout,
    )


def _with_elements(
    graphs: NDArray[np.floating],
    elements: Sequence[Sequence[int]],
    blind: Sequence[Decoded],
    decode: Callable[..., list[Decoded]],
) -> list[Decoded]:
    """Decode graphs whose elements are given: again only where a graph names others."""
    named = [sorted(Element(symbol).Z for symbol in one.elements) for one in blind]
    known = list(blind)
    other = [i for i, (a, b) in enumerate(zip(named, elements, strict=True)) if a != list(b)]
    if other:
        given = [elements[i] for i in other]
        for i, one in zip(other, decode(graphs[other], elements=given), strict=True):
            known[i] = one
    return known


def _compare(
    row: Mapping[str, Any], original: Structure, blind: Decoded, known: Decoded
) -> dict[str, Any]:
    crystal = blind.structure
    rms = rms_displacement(original, crystal)
    known_rms = rms if known is blind else rms_displacement(original, known.structure)
    sites = None
    length, angle = cell_errors(original.lattice, crystal.lattice if crystal else None)
    if crystal is not None:
        inside = Structure(original.lattice, crystal.species, crystal.frac_coords)
        sites = rms_displacement(original, inside)
    loose = rms_displacement(original, crystal, CDVAE)
    return {
        "id": row["id"],
        "split": row["split"],
        "num_sites": len(original),
        "num_elements": len(original.composition),
        "space_group": row["space_group"],
        "status": blind.status,
        "decoded_sites": len(crystal) if crystal is not None else 0,
        "reproduced": rms is not None,
        "rms": rms,
        "known": known_rms is not None,
        "known_rms": known_rms,
        "sites": sites is not None,
        "length_error": length,
        "angle_error": angle,
        "cdvae": loose is not None,
        "cdvae_rms": loose,
    }


def rms_displacement(
    original: Structure, other: Structure | None, matcher: StructureMatcher = STRICT
) -> float | None:
    """Measure the matcher's normalised RMS displacement; None unless reproduced.

    Reproduced means that the matcher, by default pymatgen's at its default tolerances, fits them
    and that the compositions are the same.
    """
    if other is None or original.composition != other.composition:
        return None
    distances = matcher.get_rms_dist(original, other)
    return None if distances is None else float(distances[0])


def cell_errors(original: Lattice, other: Lattice | None) -> tuple[float, float]:
    """Measure the largest relative error of an edge and that of an angle (degrees)."""
    if other is None:
        return np.nan, np.nan
    length = np.max(np.abs(np.divide(other.abc, original.abc) - 1))
    return float(length), float(np.max(np.abs(np.subtract(other.angles, original.angles))))


def evaluation_sample(structures: Crystals, seed: int) -> Crystals:
    """Draw the test part, or a sample of it, and as many structures of the training part."""
    test = structures.part("test").sample(SAMPLE, seed)
    return Crystals.join([test, structures.part("train").sample(len(test), seed)])
