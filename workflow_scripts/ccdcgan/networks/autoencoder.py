"""Autoencoders of the voxel images: image → latent vector → image."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from keras import layers, ops
from numpy.typing import NDArray
from pymatgen.core import Element

from ccdcgan.networks.base import Network, OwnLoss, register
from ccdcgan.networks.files import load_model
from ccdcgan.representation.voxels import LEVELS

STRIDE = 2  # the site images are band-limited: every second voxel says the same
SITE_GRID = 16  # grid on which the network sees the sites …
SITE_SIGMA = 0.75  # … and the width of an atom there, in its voxels
LATTICE_GRID = 8
FAINTEST = 0.5 / LEVELS  # of a lattice image: half of the smallest stored intensity
DEPTH = float(-np.log(FAINTEST))
ATOM_WEIGHT = 10.0  # of a voxel at an atom, relative to an empty one, in the loss


@register
class LowPass(layers.Layer):
    """Shift periodic images and blur them onto a coarser grid, in one exact linear map an axis.

    A Gaussian of width `sigma` (voxels of the input) and height 1 becomes one of width
    `sigma_out` (voxels of the output), again of height 1. Inputs (b, g, g, g) and shifts (b, 3),
    in fractions of the axes; output (b, n, n, n) with n = `grid_out`.
    """

    def __init__(self, grid_out: int, sigma: float, sigma_out: float, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.grid_out, self.sigma, self.sigma_out = grid_out, sigma, sigma_out

    def call(self, images: Any, shifts: Any) -> Any:
        grid = images.shape[1]
        wide = self.sigma_out * grid / self.grid_out
        kernel_variance = wide**2 - self.sigma**2
        fine = np.arange(grid, dtype="float32") / grid
        coarse = np.arange(self.grid_out, dtype="float32") / self.grid_out
        between = ops.convert_to_tensor((coarse[:, None] - fine[None, :])[None, None])
        offset = between - shifts[:, :, None, None]
        offset = (offset - ops.round(offset)) * grid
        scale = wide / self.sigma / np.sqrt(2 * np.pi * kernel_variance)
        kernel = ops.exp(-0.5 * ops.square(offset) / kernel_variance) * scale  # (b, 3, n, g)
        for axis in range(3):  # contract the first spatial axis and put it last, three times
            flat = ops.reshape(images, (-1, grid, images.shape[2] * images.shape[3]))
            mapped = ops.matmul(ops.transpose(flat, (0, 2, 1)), ops.swapaxes(kernel[:, axis], 1, 2))
            images = ops.reshape(mapped, (-1, images.shape[2], images.shape[3], self.grid_out))
        return images

    def get_config(self) -> dict[str, Any]:
        own = {"grid_out": self.grid_out, "sigma": self.sigma, "sigma_out": self.sigma_out}
        return {**super().get_config(), **own}


def residual_block(x: Any, width: int) -> Any:
    """Add a pre-normalised residual block of two dense layers."""
    y = layers.LayerNormalization()(x)
    y = layers.Dense(width, activation="gelu")(y)
    y = layers.Dense(width, kernel_initializer="zeros")(y)
    return layers.add([x, y])


@register
class Autoencoder(OwnLoss, Network):
    """The encoder and decoder of the images of the sites or of the lattice.

    `kind` is "sites" or "lattice"; `grid` and `sigma` are those of the voxel shards (σ in voxels
    for the sites, in Å for the lattice); `network` is "dense", "convolutional" or "paper";
    `latent` numbers, each in (-1, 1), stand for an image. The first two work on a coarser image:
    16³ for the sites (low-passed, periodic), 8³ for the lattice; that of the paper on the stored
    images themselves.
    """

    def __init__(
        self,
        *,
        kind: str,
        grid: int,
        sigma: float,
        network: str,
        latent: int,
        width: int,
        blocks: int,
        **kwargs: Any,
    ) -> None:
        # Images are drawn and compared in single precision; the networks follow Keras' policy.
        super().__init__(**{**kwargs, "dtype": "float32"})
        self.settings: dict[str, Any] = {
            "kind": kind,
            "grid": grid,
            "sigma": sigma,
            "network": network,
            "latent": latent,
            "width": width,
            "blocks": blocks,
        }
        self.kind, self.grid, self.sigma, self.latent = kind, grid, sigma, latent
        self.full_resolution = network == "paper"
        self.coarse = SITE_GRID if kind == "sites" else LATTICE_GRID
        self.peak_sigma = SITE_SIGMA  # of an atom, in decoded voxels
        if self.full_resolution:
            self.coarse, self.peak_sigma = grid, sigma
        self.low_pass = LowPass(SITE_GRID, sigma / STRIDE, SITE_SIGMA, dtype="float32")
        build_encoder, build_decoder = NETWORKS[network if kind == "sites" else LATTICES[network]]
        self.encoder = build_encoder(self.coarse, latent, width, blocks)
        self.decoder = build_decoder(self.coarse, latent, width, blocks)
        self.built = True

    @property
    def stride(self) -> int:
        """Return the step between the voxels of a stored image that the network uses."""
        if self.full_resolution:
            return 1
        return STRIDE if self.kind == "sites" else self.grid // LATTICE_GRID

    def prepare(self, images: Any, shifts: Any) -> Any:
        """Bring strided 8-bit images (b, n, n, n) to what the encoder sees, of the same shape.

        Of the sites, the coarse image in [0, 1], shifted by `shifts` (b, 3). Of a lattice −ln I,
        brought to [0, 1]: it is linear in the metric tensor, so six numbers carry any cell.
        """
        images = ops.cast(images, "float32") / LEVELS
        if self.full_resolution:
            return images
        if self.kind == "sites":
            return ops.minimum(self.low_pass(images, shifts), 1.0)
        return -ops.log(ops.maximum(images, FAINTEST)) / DEPTH

    def call(self, inputs: dict[str, Any], training: bool | None = None) -> dict[str, Any]:
        """Bring `images` (b, n, n, n; strided, u1) with `shifts` (b, 3) back: target and output."""
        target = self.prepare(inputs["images"], inputs["shifts"])
        latent = self.encoder(target, training=training)
        output = ops.cast(self.decoder(latent, training=training), "float32")
        return {"target": target, "output": output}

    def loss_of(self, inputs: Any, outputs: Any) -> Any:
        """Return the loss of images.

        Sites: cross-entropy above the target's own entropy; voxels at atoms weigh more. Lattice:
        squared error of −ln I, weighted with the intensity I.
        """
        target, output = outputs["target"], outputs["output"]
        if self.kind == "lattice" and not self.full_resolution:
            return ops.mean(ops.exp(-DEPTH * target) * ops.square(output - target)) * 1e4
        entropy = -(_xlogy(target) + _xlogy(1.0 - target))
        cross = ops.maximum(output, 0.0) - output * target + ops.softplus(-ops.abs(output))
        return ops.mean((1.0 + ATOM_WEIGHT * target) * (cross - entropy)) * 100.0

    def encode(self, images: NDArray[np.uint8], batch: int = 256) -> NDArray[np.float32]:
        """Encode stored images (n, grid, grid, grid; u1) as latent vectors (n, latent)."""
        stride = self.stride
        return self.encode_strided(images[:, ::stride, ::stride, ::stride], batch)

    def encode_strided(self, images: NDArray[np.uint8], batch: int = 256) -> NDArray[np.float32]:
        """Encode images of which every `stride`-th voxel was kept as latent vectors (n, latent)."""
        parts = []
        for start in range(0, len(images), batch):
            chunk = images[start : start + batch]
            coarse = self.prepare(chunk, np.zeros((len(chunk), 3), dtype="float32"))
            latent = ops.cast(self.encoder(coarse, training=False), "float32")
            parts.append(ops.convert_to_numpy(latent))
        return np.concatenate(parts) if parts else np.zeros((0, self.latent), dtype="float32")

    def decode(self, latents: NDArray[np.floating], batch: int = 1024) -> NDArray[np.float32]:
        """Decode latent vectors (n, latent) into coarse images (n, c, c, c) in [0, 1]."""
        parts = []
        for start in range(0, len(latents), batch):
            chunk = np.asarray(latents[start : start + batch], dtype="float32")
            output = ops.cast(self.decoder(chunk, training=False), "float32")
            logits = self.kind == "sites" or self.full_resolution
            image = ops.sigmoid(output) if logits else ops.exp(-DEPTH * ops.relu(output))
            parts.append(ops.convert_to_numpy(image))
        return np.concatenate(parts) if parts else np.zeros((0,) + (self.coarse,) * 3, "float32")


@dataclass(frozen=True)
class Autoencoders:
    """The networks that read a graph: of the lattice, and of the sites by atomic number.

    The key 0 of `sites` is the network of all elements that have none of their own.
    """

    lattice: Autoencoder
    sites: Mapping[int, Autoencoder]

    def of(self, number: int) -> Autoencoder | None:
        """Return the network of the element with atomic number `number`, None if it has none."""
        return self.sites.get(number, self.sites.get(0))


def load_autoencoders(lattice: str, sites: Sequence[str], elements: Sequence[str]) -> Autoencoders:
    """Load the autoencoders that write and read graphs.

    `sites` are the files of those of the sites, one for each of `elements`, or the combined one
    alone where no elements are named.
    """
    numbers = [Element(symbol).Z for symbol in elements] or [0]
    return Autoencoders(
        load_model(lattice, Autoencoder),
        {z: load_model(path, Autoencoder) for z, path in zip(numbers, sites, strict=True)},
    )


def _xlogy(x: Any) -> Any:
    return x * ops.log(ops.maximum(x, 1e-7))


def _dense_encoder(grid: int, latent: int, width: int, blocks: int) -> keras.Model:
    """Build residual blocks of dense layers on the whole image."""
    image = keras.Input((grid, grid, grid))
    x = layers.Dense(width)(layers.Flatten()(image))
    for _ in range(blocks):
        x = residual_block(x, width)
    return keras.Model(image, _to_latent(x, latent), name="encoder")


def _dense_decoder(grid: int, latent: int, width: int, blocks: int) -> keras.Model:
    vector = keras.Input((latent,))
    x = layers.Dense(width)(vector)
    for _ in range(blocks):
        x = residual_block(x, width)
    x = layers.Dense(grid**3, bias_initializer=_EMPTY_BIAS)(layers.LayerNormalization()(x))
    return keras.Model(vector, layers.Reshape((grid, grid, grid))(x), name="decoder")


def _convolutional_encoder(grid: int, latent: int, width: int, blocks: int) -> keras.Model:
    """Build two halving convolutions and residual ones after them."""
    image = keras.Input((grid, grid, grid))
    x = layers.Reshape((grid, grid, grid, 1))(image)
    for channels in (width // 8, width // 4):
        x = layers.Conv3D(channels, 4, strides=2, padding="same", activation="gelu")(x)
    for _ in range(blocks):
        x = layers.add([x, layers.Conv3D(x.shape[-1], 3, padding="same", activation="gelu")(x)])
    return keras.Model(image, _to_latent(layers.Flatten()(x), latent), name="encoder")


def _convolutional_decoder(grid: int, latent: int, width: int, blocks: int) -> keras.Model:
    vector = keras.Input((latent,))
    small = grid // 4
    x = layers.Dense(small**3 * (width // 4), activation="gelu")(vector)
    x = layers.Reshape((small, small, small, width // 4))(x)
    for _ in range(blocks):
        x = layers.add([x, layers.Conv3D(x.shape[-1], 3, padding="same", activation="gelu")(x)])
    x = layers.Conv3DTranspose(width // 8, 4, strides=2, padding="same", activation="gelu")(x)
    x = layers.Conv3DTranspose(1, 4, strides=2, padding="same", bias_initializer=_EMPTY_BIAS)(x)
    return keras.Model(vector, layers.Reshape((grid, grid, grid))(x), name="decoder")


def _paper_encoder(grid: int, latent: int, width: int, blocks: int) -> keras.Model:
    """Build convolutions of 4³ with `width` channels, each halving the image, down to 4³."""
    image = keras.Input((grid, grid, grid))
    x = layers.Reshape((grid, grid, grid, 1))(image)
    while x.shape[1] > 4:
        x = layers.Conv3D(width, 4, strides=2, padding="same", activation="relu")(x)
    return keras.Model(image, _to_latent(layers.Flatten()(x), latent), name="encoder")


def _paper_decoder(grid: int, latent: int, width: int, blocks: int) -> keras.Model:
    vector = keras.Input((latent,))
    x = layers.Dense(4**3 * width, activation="relu")(vector)
    x = layers.Reshape((4, 4, 4, width))(x)
    while x.shape[1] < grid // 2:
        x = layers.Conv3DTranspose(width, 4, strides=2, padding="same", activation="relu")(x)
    x = layers.Conv3DTranspose(1, 4, strides=2, padding="same", bias_initializer=_EMPTY_BIAS)(x)
    return keras.Model(vector, layers.Reshape((grid, grid, grid))(x), name="decoder")


def _paper_lattice_encoder(grid: int, latent: int, width: int, blocks: int) -> keras.Model:
    """Build dense layers on the whole image."""
    image = keras.Input((grid, grid, grid))
    x = layers.Flatten()(image)
    for _ in range(blocks):
        x = layers.Dense(width, activation="relu")(x)
    return keras.Model(image, _to_latent(x, latent), name="encoder")


def _paper_lattice_decoder(grid: int, latent: int, width: int, blocks: int) -> keras.Model:
    vector = keras.Input((latent,))
    x = vector
    for _ in range(blocks):
        x = layers.Dense(width, activation="relu")(x)
    x = layers.Dense(grid**3)(x)
    return keras.Model(vector, layers.Reshape((grid, grid, grid))(x), name="decoder")


def _to_latent(x: Any, latent: int) -> Any:
    return layers.Dense(latent, activation="tanh")(x)


_EMPTY_BIAS = keras.initializers.Constant(-3.0)  # most voxels are empty: start there
NETWORKS = {
    "dense": (_dense_encoder, _dense_decoder),
    "convolutional": (_convolutional_encoder, _convolutional_decoder),
    "paper": (_paper_encoder, _paper_decoder),
    "paper lattice": (_paper_lattice_encoder, _paper_lattice_decoder),
}
LATTICES = {"dense": "dense", "convolutional": "dense", "paper": "paper lattice"}
"""By network of the sites, that of the lattices."""
