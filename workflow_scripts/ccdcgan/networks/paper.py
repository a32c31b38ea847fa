"""The paper's generator and discriminator: pictures of 160×160 numbers.

A deep convolutional adversarial network (Radford et al., ICLR 2016): transposed convolutions of
4×4 write the graph itself, convolutions of 4×4 judge it. The paper names no channels; those here
are `width` next to the graph, doubled with each of the `blocks` away from it.
"""

from typing import Any

import keras
from keras import layers

from ccdcgan.networks.base import Network, register
from ccdcgan.representation.graph_layout import SIDE

KERNEL = 4


@register
class PaperGenerator(Network):
    """Makes graphs (b, 160, 160) of numbers in (-1, 1) from Gaussian noise (b, `noise`).

    They hold no exact zeros: which elements are meant is said by
    `ccdcgan.generation.generate.mask_absent_elements`. For that the settings keep the `layout` of
    the training graphs, how many numbers the `lattice` and an element (`sites`) have, and `norm`,
    the mean norm of the elements' latent vectors.
    """

    def __init__(
        self,
        *,
        noise: int,
        width: int,
        blocks: int,
        layout: str,
        lattice: int,
        sites: int,
        norm: float,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.settings: dict[str, Any] = {
            "noise": noise,
            "width": width,
            "blocks": blocks,
            "layout": layout,
            "lattice": lattice,
            "sites": sites,
            "norm": norm,
        }
        self.noise, self.layout, self.norm = noise, layout, norm
        self.lattice, self.sites = lattice, sites
        self.network = _generator_network(noise, width, blocks)
        self.built = True

    def call(self, noise: Any, training: bool | None = None) -> Any:
        """Make graphs (b, 160, 160)."""
        return self.network(noise, training=training)


@register
class PaperDiscriminator(Network):
    """Scores (b,) of crystal graphs (b, 160, 160): the logit of being a real one."""

    def __init__(self, *, width: int, blocks: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.settings = {"width": width, "blocks": blocks}
        self.network = _discriminator_network(width, blocks)
        self.built = True

    def call(self, graphs: Any, training: bool | None = None) -> Any:
        """Score (b,) graphs."""
        return self.network(graphs, training=training)


def _initialiser() -> keras.initializers.Initializer:
    """Make the initialiser of a kernel, as Radford et al. have it; a new one for each seed."""
    return keras.initializers.RandomNormal(stddev=0.02)


def _convolution() -> dict[str, Any]:
    return {"strides": 2, "padding": "same", "kernel_initializer": _initialiser()}


def _generator_network(noise: int, width: int, blocks: int) -> keras.Model:
    """Build transposed convolutions, each doubling the sides of what becomes the graph."""
    vector = keras.Input((noise,))
    small, channels = SIDE // 2**blocks, width * 2 ** (blocks - 1)
    x = layers.Dense(small**2 * channels, use_bias=False, kernel_initializer=_initialiser())(vector)
    x = _normalise(layers.Reshape((small, small, channels))(x))
    for block in reversed(range(blocks - 1)):
        x = layers.Conv2DTranspose(width * 2**block, KERNEL, use_bias=False, **_convolution())(x)
        x = _normalise(x)
    x = layers.Conv2DTranspose(1, KERNEL, activation="tanh", **_convolution())(x)
    return keras.Model(vector, layers.Reshape((SIDE, SIDE))(x))


def _normalise(x: Any) -> Any:
    """Add batch normalisation and a rectifier."""
    # The usual momentum of 0.99 would lag behind in runs of a few hundred updates.
    return layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))


def _discriminator_network(width: int, blocks: int) -> keras.Model:
    """Build convolutions, each halving the sides of the graph, and the score of what is left."""
    graph = keras.Input((SIDE, SIDE))
    x = layers.Reshape((SIDE, SIDE, 1))(graph)
    for block in range(blocks):
        x = layers.Conv2D(width * 2**block, KERNEL, **_convolution())(x)
        x = layers.LeakyReLU(0.2)(x)
    x = layers.Dense(1, kernel_initializer=_initialiser())(layers.Flatten()(x))
    return keras.Model(graph, layers.Reshape(())(x))
