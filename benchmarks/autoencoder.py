"""Speed of the autoencoders beside the paper's, and how many images each learns to bring back.

    python benchmarks/autoencoder.py [--data FILE] [--structures 2000] [--minutes 4]

Both networks train on the same images of sites for the same time: AFLOW prototypes decorated with
random elements, or the structures of a Parquet file. Prints and writes, to results/bench/,
training.csv (images a second, ratio) and curves.csv (share of unseen images that come back with as
many atoms, against time).
"""

import argparse
import os
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "workflow_scripts"), str(ROOT / "benchmarks")]
os.environ.setdefault("OMP_NUM_THREADS", "2")
os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "2")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import matplotlib

matplotlib.use("Agg")

import numpy as np
import pandas as pd
from data import decorated
from matplotlib.figure import Figure

from ccdcgan.codec.invert import atoms_of_latents, peaks_of_images
from ccdcgan.networks.autoencoder import Autoencoder
from ccdcgan.report.figures.style import save
from ccdcgan.representation.voxels import quantise, site_image

OURS = {"network": "dense", "latent": 200, "width": 768, "blocks": 2}
PAPER = {"network": "paper", "latent": 200, "width": 64, "blocks": 1}
SITES: dict[str, Any] = {"kind": "sites", "grid": 64, "sigma": 2.0}
UNSEEN = 200
POINTS = 8
THRESHOLD = 0.3


def images_of(table: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """64³ images (n, 64, 64, 64; u1) of every element of every structure, and their atoms."""
    images, counts = [], []
    for row in table.itertuples():
        species = np.array(row.species)
        coords = np.array([list(place) for place in row.frac_coords])
        for symbol in sorted(set(row.species)):
            own = coords[species == symbol]
            images.append(quantise(site_image(own)))
            counts.append(len(own))
    return np.array(images), np.array(counts)


def batch_of(network: Autoencoder, images: np.ndarray, size: int, seed: int) -> tuple[Any, Any]:
    """A batch as the training makes it: of ours with random shifts."""
    rng = np.random.default_rng(seed)
    step = network.stride
    chosen = images[rng.integers(len(images), size=size)][:, ::step, ::step, ::step]
    shifts = np.zeros((size, 3)) if network.full_resolution else rng.random((size, 3))
    return {"images": chosen, "shifts": shifts.astype("f4")}, np.zeros((size, 1), "f4")


def counted(network: Autoencoder, images: np.ndarray, counts: np.ndarray) -> tuple[float, float]:
    """Shares of the images that come back with as many atoms: by the decoder, and in the end."""
    latents = network.encode(images)
    peaks = peaks_of_images(network.decode(latents), THRESHOLD, network.peak_sigma)
    atoms = atoms_of_latents(network, latents, THRESHOLD)
    return (
        float(np.mean([len(c) for c, _ in peaks] == counts)),
        float(np.mean([len(c) for c in atoms] == counts)),
    )


def train(
    name: str, shape: dict[str, Any], size: int, minutes: float, images: np.ndarray, unseen: Any
) -> tuple[list[dict[str, Any]], float]:
    """Train for some minutes; the curve, and the images a second without the evaluations."""
    keras.utils.set_random_seed(0)
    network = Autoencoder(**SITES, **shape)
    network.compile(keras.optimizers.Adam(1e-3 if name == "ours" else 1e-4, clipnorm=1.0))
    network.train_on_batch(*batch_of(network, images, size, 0))  # builds the graph
    curve, spent, steps = [], 0.0, 0
    for point in range(1, POINTS + 1):
        start = time.perf_counter()
        while spent + time.perf_counter() - start < 60 * minutes * point / POINTS:
            steps += 1
            loss = network.train_on_batch(*batch_of(network, images, size, steps))
        spent += time.perf_counter() - start
        by_decoder, in_the_end = counted(network, *unseen)
        curve.append(
            {
                "network": name,
                "minutes": spent / 60,
                "images": steps * size,
                "loss": float(np.ravel(loss)[0]),
                "counted_by_decoder": by_decoder,
                "counted": in_the_end,
            }
        )
        print(pd.DataFrame(curve[-1:]).to_string(index=False, header=point == 1), flush=True)
    return curve, steps * size / spent


def figure(curves: pd.DataFrame) -> Figure:
    """The loss and the share that comes back against time."""
    drawn = Figure(figsize=(7.6, 3.2), layout="constrained")
    left, right = drawn.subplots(1, 2)
    for name, rows in curves.groupby("network"):
        left.plot(rows["minutes"], rows["loss"], marker="o", label=name)
        right.plot(rows["minutes"], 100 * rows["counted"], marker="o", label=name)
    left.set(yscale="log", xlabel="minutes on two cores", ylabel="loss")
    right.set(xlabel="minutes on two cores", ylabel="unseen images with all atoms (%)")
    right.set_ylim(0, 101)
    left.legend(frameon=False)
    return drawn


def main() -> None:
    """Run all and write the tables and the figure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, help="Parquet file of the source `local`")
    parser.add_argument("--structures", type=int, default=2000)
    parser.add_argument("--minutes", type=float, default=4.0)
    parser.add_argument("--output", type=Path, default=ROOT / "results/bench")
    options = parser.parse_args()
    table = decorated(options.structures, seed=1)
    if options.data:
        table = pd.read_parquet(options.data).sample(options.structures, random_state=1)
        table = table[table["species"].map(len) <= 20]
    images, counts = images_of(table)
    unseen = images[:UNSEEN], counts[:UNSEEN]
    seen = images[UNSEEN:]
    ours, rate = train("ours", OURS, 128, options.minutes, seen, unseen)
    paper, paper_rate = train("paper", PAPER, 1, options.minutes, seen, unseen)
    curves = pd.DataFrame(ours + paper)
    speeds = {"ours_per_s": rate, "paper_per_s": paper_rate, "ratio": rate / paper_rate}
    training = pd.DataFrame([speeds])
    options.output.mkdir(parents=True, exist_ok=True)
    training.to_csv(options.output / "training.csv", index=False)
    curves.to_csv(options.output / "curves.csv", index=False)
    save(figure(curves), options.output / "curves.svg")
    print(training.to_string(index=False))


if __name__ == "__main__":
    main()
