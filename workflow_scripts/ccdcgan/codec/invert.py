"""From latent vectors back to atoms and lattices: what the encoder would have written them of.

A decoder's image says roughly where the atoms are. The encoder, which is exact, says which atoms
they must be: of several numbers of atoms the one whose image has the nearest latent vector is
taken, and the positions are moved until it agrees (Gauss-Newton, derivatives by differences).
The lattice follows in the same way. Nothing but the latent vector and the networks is used.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter

from ccdcgan.crystals.arrays import MAX_ATOMS
from ccdcgan.networks.autoencoder import (
    DEPTH,
    FAINTEST,
    LATTICE_GRID,
    SITE_GRID,
    SITE_SIGMA,
    Autoencoder,
)
from ccdcgan.representation.voxels import LEVELS, lattice_axes, metric_from_image, periodic_gaussian

Array = NDArray[np.float32]
Encode = Callable[[Array], Array]
FAINT, CERTAIN = 0.15, 0.6
"""Heights of a decoded peak below which it is no atom, and above which it surely is one."""
AGREED = 1e-4
"""Mean square of the difference of two latent vectors below which they count as the same."""
EXACT = 5e-6
"""Below which they differ by no more than 8-bit images of sites do."""
SAME = 1e-9
"""Below which two latent vectors of lattices are of the same one."""
STEP = 1 / 512
"""Fraction of an axis; of the difference quotients."""
LONGEST = 0.04
"""Fraction of an axis; the farthest that an atom moves in one step."""
ITERATIONS = 4
REPAIRS, TRIED = 5, 3
"""How often an atom may be added or taken away where the vectors do not agree, and how many of
such changes are followed each time."""
SEARCHED = 4
"""Images of a call that are searched at least, if they disagree; at most a twentieth of all."""
ANYWHERE = np.stack(np.meshgrid(*(np.arange(8) / 8,) * 3), axis=-1).reshape(-1, 3)
ENCODED = 2048
"""Images that are encoded at once."""


def atoms_of_latents(
    network: Autoencoder,
    latents: NDArray[np.floating],
    threshold: float,
    *,
    search: bool = True,
) -> list[NDArray[np.float64]]:
    """Find the fractional coordinates (k, 3) of the atoms that each latent vector stands for.

    latents: (n, latent). threshold: height of a decoded peak that counts as an atom if the encoder
    cannot decide. search: whether atoms are looked for where the vectors disagree (a second an
    image). Of the paper's network the decoder's image alone is read, as the paper does.
    """
    target = np.asarray(latents, dtype="float32")
    images = network.decode(target)
    if network.full_resolution:
        read = peaks_of_images(images, threshold, network.peak_sigma)
        return [coords for coords, _ in read]
    encode = _encoder(network)
    found = peaks_of_images(images, min(FAINT, threshold))
    candidates = [
        [coords[:count].astype("float32") for count in _counts(heights, threshold)]
        for coords, heights in found
    ]
    chosen, costs = _best(encode, target, candidates)
    chosen, costs = _refined(encode, target, chosen, costs)
    # The nearest to agreement first, and not many: of poor networks nothing ever agrees.
    wrong = np.flatnonzero(costs > AGREED)
    wrong = wrong[np.argsort(costs[wrong])][: max(SEARCHED, len(target) // 20) if search else 0]
    if len(wrong):
        atoms = [chosen[place] for place in wrong]
        atoms, costs = _repaired(encode, target[wrong], images[wrong], atoms, costs[wrong])
        for place, coords in zip(wrong, atoms, strict=True):
            chosen[place] = coords
    return [np.asarray(coords, dtype="float64") % 1.0 for coords in chosen]


def metrics_of_latents(
    network: Autoencoder, latents: NDArray[np.floating]
) -> list[NDArray[np.float64]]:
    """Find the metric tensors (3, 3; Å²) that latent vectors (n, latent) of lattices stand for."""
    target = np.asarray(latents, dtype="float32")
    guesses = [metric_from_image(image, network.sigma) for image in network.decode(target)]
    if network.full_resolution:
        return guesses
    start = np.array([guess[_ROWS, _COLUMNS] for guess in guesses], dtype="float32")
    encode = _encoder(network)
    forms = _lattice_forms() / (2 * network.sigma**2)

    def seen(logarithms: Array) -> Array:
        image = np.clip(logarithms / DEPTH, 0.0, 1.0)
        return encode(image.reshape(-1, *(LATTICE_GRID,) * 3).astype("float32"))

    def drawn(numbers: Array) -> Array:
        return seen(numbers @ forms)

    def stored(numbers: Array) -> Array:
        image = np.rint(LEVELS * np.exp(-(numbers @ forms))) / LEVELS
        return seen(-np.log(np.maximum(image, FAINTEST)))

    # A generated graph was written of an image as drawn, one of the data of an image of 8 bits:
    # what agrees better with the vector is what it was written of.
    both = [
        _gauss_newton(image, target, start, _METRIC_STEP, 20.0, 2 * ITERATIONS, drawn, SAME)
        for image in (drawn, stored)
    ]
    better = np.argmin([costs for _, costs in both], axis=0)
    numbers = np.stack([found for found, _ in both])[better, np.arange(len(target))]
    metrics = np.zeros((len(numbers), 3, 3))
    metrics[:, _ROWS, _COLUMNS] = metrics[:, _COLUMNS, _ROWS] = numbers
    return list(metrics)


_ROWS, _COLUMNS = np.array([0, 1, 2, 1, 0, 0]), np.array([0, 1, 2, 2, 2, 1])
_METRIC_STEP = np.full(6, 0.05, dtype="float32")  # Å²


def _lattice_forms() -> Array:
    """Return what each number of the metric adds to −2σ² ln I of the voxels: (6, n³)."""
    axes = lattice_axes(LATTICE_GRID)
    products = axes[:, _ROWS] * axes[:, _COLUMNS] * np.where(_ROWS == _COLUMNS, 1, 2)
    return products.T.astype("float32")


def _counts(heights: NDArray[np.float64], threshold: float) -> list[int]:
    """List the numbers of atoms that are worth trying, the most likely first."""
    likely = int((heights > threshold).sum())
    low, high = int((heights > CERTAIN).sum()), len(heights)
    others = [count for count in range(low, high + 1) if count != likely]
    tried = [likely, *sorted(others, key=lambda count: abs(count - likely))[:4]]
    return [min(count, MAX_ATOMS) for count in tried if count] or [0]


def _repaired(
    encode: Encode,
    target: Array,
    images: Array,
    sets: Sequence[Array],
    costs: NDArray[np.float64],
) -> tuple[list[Array], NDArray[np.float64]]:
    """Add atoms or take some away, one at a time, as long as that brings the vectors together.

    An atom may come where the image shows most that is not drawn, or anywhere on a coarse grid.
    """
    sets, costs = list(sets), costs.copy()
    live = np.arange(len(sets))
    for _ in range(REPAIRS):
        changed = [_changes(images[i], sets[i]) for i in live]
        owner = np.repeat(live, [len(one) for one in changed])
        values = _costs(encode, target, [one for each in changed for one in each], owner)
        bounds = np.searchsorted(owner, live)
        best = [
            [sets[i], *(one[k] for k in np.argsort(values[start : start + len(one)])[:TRIED])]
            for i, start, one in zip(live, bounds, changed, strict=True)
        ]
        owner = np.repeat(live, [len(one) for one in best])
        flat = [one for each in best for one in each]
        moved, found = _refined(encode, target[owner], flat, np.full(len(flat), np.inf))
        leading = np.lexsort((found, owner))[np.searchsorted(owner, live)]
        flat, found = [moved[k] for k in leading], found[leading]
        moved, found = _refined(encode, target[live], flat, found, 2 * ITERATIONS)
        left = []
        for i, coords, cost in zip(live, moved, found, strict=True):
            if not cost < 0.95 * costs[i]:
                continue
            sets[i], costs[i] = coords, cost
            if costs[i] > AGREED:
                left.append(i)
        live = np.array(left, dtype=int)
        if not len(live):
            break
    return sets, costs


def _changes(image: Array, coords: Array) -> list[Array]:
    """List sets of one atom less or more than `coords`."""
    rest = np.maximum(image - _draw(coords[None])[0], 1e-6)
    ((extra, _),) = peaks_of_images(rest[None], 0.05)
    changed = [np.delete(coords, index, axis=0) for index in range(len(coords))]
    if len(coords) < MAX_ATOMS:
        places = np.concatenate([extra, ANYWHERE]).astype("float32")
        changed += [np.concatenate([coords, place[None]]) for place in places]
    return changed


def _encoder(network: Autoencoder) -> Encode:
    """Make what encodes coarse images as latent vectors, many at a time."""

    def encode(images: Array) -> Array:
        starts = range(0, len(images), ENCODED)
        parts = [
            np.asarray(network.encoder.predict_on_batch(images[start : start + ENCODED]), "f4")
            for start in starts
        ]
        return np.concatenate(parts) if parts else np.zeros((0, network.latent), dtype="float32")

    return encode


def _draw(coords: Array) -> Array:
    """Draw atoms (n, k, 3) as coarse images (n, g, g, g), as the encoder sees them."""
    axes = periodic_gaussian(coords, SITE_GRID, SITE_SIGMA)  # (n, k, 3, g)
    plane = (axes[:, :, 1, :, None] * axes[:, :, 2, None, :]).reshape(*axes.shape[:2], SITE_GRID**2)
    image = np.swapaxes(axes[:, :, 0], 1, 2) @ plane
    return np.minimum(image.reshape(-1, *(SITE_GRID,) * 3), 1.0)


def _by_count(sets: Sequence[Array]) -> dict[int, NDArray[np.int64]]:
    """Group the places of the sets by their numbers of atoms: equal ones are treated at once."""
    sizes = np.array([len(one) for one in sets])
    return {int(size): np.flatnonzero(sizes == size) for size in np.unique(sizes)}


def _best(
    encode: Encode, target: Array, candidates: Sequence[Sequence[Array]]
) -> tuple[list[Array], NDArray[np.float64]]:
    """Choose the candidate that each latent vector is nearest to; returns them and how near."""
    flat = [np.asarray(one, dtype="float32").reshape(-1, 3) for sets in candidates for one in sets]
    owner = np.repeat(np.arange(len(candidates)), [len(sets) for sets in candidates])
    costs = _costs(encode, target, flat, owner)
    order = np.lexsort((costs, owner))
    first = order[np.searchsorted(owner[order], np.arange(len(candidates)))]
    return [flat[i] for i in first], costs[first]


def _costs(
    encode: Encode, target: Array, sets: Sequence[Array], owner: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Measure how far the latent vectors of sets of atoms are from those of their owners."""
    costs = np.full(len(sets), np.inf)
    for places in _by_count(sets).values():
        for start in range(0, len(places), ENCODED):
            part = places[start : start + ENCODED]
            vectors = encode(_draw(np.stack([sets[i] for i in part])))
            costs[part] = ((vectors - target[owner[part]]) ** 2).mean(axis=1)
    return costs


def _refined(
    encode: Encode,
    target: Array,
    sets: Sequence[Array],
    costs: NDArray[np.float64],
    iterations: int = ITERATIONS,
) -> tuple[list[Array], NDArray[np.float64]]:
    """Move the atoms until the encoder writes the target, as nearly as it can."""
    moved, found = list(sets), costs.copy()
    for count, places in _by_count(sets).items():
        if not count:
            continue
        step = np.full(3 * count, STEP, dtype="float32")
        size = max(1, 2 * ENCODED // (3 * count + 1))

        def predict(numbers: Array, count: int = count) -> Array:
            return encode(_draw(numbers.reshape(-1, count, 3)))

        for start in range(0, len(places), size):
            part = places[start : start + size]
            numbers = np.stack([moved[i] for i in part]).reshape(len(part), -1)
            numbers, part_costs = _gauss_newton(
                predict, target[part], numbers, step, LONGEST, iterations
            )
            for i, row, cost in zip(part, numbers, part_costs, strict=True):
                moved[i], found[i] = row.reshape(count, 3), cost
    return moved, found


def _gauss_newton(
    predict: Callable[[Array], Array],
    target: Array,
    start: Array,
    step: Array,
    limit: float,
    iterations: int = ITERATIONS,
    smooth: Callable[[Array], Array] | None = None,
    enough: float = EXACT,
) -> tuple[Array, NDArray[np.float64]]:
    """Find numbers (n, p) whose `predict` is nearest to the target (n, l); and the squares left.

    Damped steps, none longer than `limit` in a number; a step that does not help is not taken.
    `smooth` has the slopes where `predict` has jumps; below a cost of `enough` nothing is moved.
    """
    numbers = start.astype("float32")
    count = numbers.shape[1]
    value = predict(numbers)
    cost = ((value - target) ** 2).mean(axis=1).astype("float64")
    damping = np.full(len(numbers), 1e-3)
    live = np.arange(len(numbers))
    slopes = np.zeros((0, 0, 0), dtype="float32")
    for iteration in range(iterations):
        kept = cost[live] > enough
        live = live[kept]
        if not len(live):
            break
        if iteration % 2:  # slopes serve for two steps: they cost nearly all of the work
            slopes = slopes[kept]
        else:
            moved = (numbers[live, None, :] + np.diag(step)[None]).reshape(-1, count)
            base = smooth(numbers[live]) if smooth else value[live]
            ahead = (smooth or predict)(moved).reshape(len(live), count, -1)
            slopes = (ahead - base[:, None, :]) / step[None, :, None]
        normal = slopes @ np.swapaxes(slopes, 1, 2)
        scale = normal.diagonal(axis1=1, axis2=2).mean(axis=1) + 1e-12
        normal = normal + (damping[live] * scale)[:, None, None] * np.eye(count)
        wanted = slopes @ (target[live] - value[live])[:, :, None]
        delta = np.linalg.solve(normal.astype("float64"), wanted.astype("float64"))[:, :, 0]
        longest = np.maximum(np.abs(delta).max(axis=1, keepdims=True) / limit, 1.0)
        trial = (numbers[live] + delta / longest).astype("float32")
        trial_value = predict(trial)
        trial_cost = ((trial_value - target[live]) ** 2).mean(axis=1)
        good = trial_cost < cost[live]
        numbers[live[good]], value[live[good]] = trial[good], trial_value[good]
        cost[live[good]] = trial_cost[good]
        damping[live] = np.where(good, damping[live] / 10, damping[live] * 10)
    return numbers, cost


def peaks_of_images(
    images: Array, threshold: float, sigma: float = SITE_SIGMA
) -> list[tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """Fractional coordinates (k, 3) and heights (k) of the peaks in periodic images (n, g, g, g).

    A peak is the highest voxel within about `sigma` of it whose height, extrapolated to the true
    centre of a Gaussian of width `sigma` (voxels), exceeds `threshold`; the highest comes first.
    The centre follows from the logarithms of the six neighbours, exactly so for an atom that
    stands alone.
    """
    grid = images.shape[-1]
    modes = ("nearest", "wrap", "wrap", "wrap")
    lowest = threshold * np.exp(-0.5 * 3 * 0.25 / sigma**2)  # centre in the corner of a voxel
    size = (1, *(2 * max(1, round(sigma)) + 1,) * 3)
    peaks = (images == maximum_filter(images, size=size, mode=modes)) & (images > lowest)
    number, *voxel = np.nonzero(peaks)
    centre = np.stack(voxel, axis=1)
    height = np.log(images[number, *voxel])
    offset = np.zeros(centre.shape)
    for axis in range(3):
        step = np.eye(3, dtype=int)[axis]
        up, down = (
            np.log(np.maximum(images[number, *((centre + sign * step) % grid).T], 1e-6))
            for sign in (1, -1)
        )
        curvature = np.maximum(2 * np.log(images[number, *voxel]) - up - down, 1e-3)
        offset[:, axis] = np.clip(0.5 * (up - down) / curvature, -0.5, 0.5)
        height += 0.5 * offset[:, axis] ** 2 / sigma**2
    coords = ((centre + offset) / grid) % 1.0
    order = np.lexsort((-height, number))
    order = order[height[order] > np.log(threshold)]
    bounds = np.searchsorted(number[order], np.arange(len(images) + 1))
    parts = [order[start:stop] for start, stop in pairwise(bounds)]
    return [(coords[part], np.exp(height[part])) for part in parts]
