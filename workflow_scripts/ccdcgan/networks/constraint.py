"""The constraint: from a crystal to one of its properties."""

from collections.abc import Mapping, Sequence
from typing import Any

import keras
from keras import layers

from ccdcgan.core.errors import InputError
from ccdcgan.networks.base import register
from ccdcgan.networks.message_passing import property_network
from ccdcgan.networks.tiles import property_of_tiles
from ccdcgan.representation.graph_layout import SIDE


@register
class Constraint(keras.Model):
    """Predicts a property (b,), in its unit, from what a crystal graph holds.

    With `kind` "atoms" it sees the atoms that are read from the graph: `species`, `coords` and
    `cell` as in `ccdcgan.networks.message_passing`. With `kind` "tiles" or "paper" it reads the
    numbers of the graph themselves: `graphs` (b, 160, 160), by convolutions over its tiles or, as
    in the paper, over a picture. `mean`
    and `spread` are those of the training part; `network` gives the property in units of the
    spread.
    """

    def __init__(
        self,
        *,
        name: str,
        kind: str,
        mean: float,
        spread: float,
        width: int,
        blocks: int,
        **kwargs: Any,
    ) -> None:
        super().__init__(name=name, **kwargs)
        self.settings = {
            "kind": kind,
            "mean": mean,
            "spread": spread,
            "width": width,
            "blocks": blocks,
        }
        self.mean, self.spread = mean, spread
        build = {"atoms": property_network, "tiles": property_of_tiles, "paper": _convolutional}
        self.reads = ("species", "coords", "cell") if kind == "atoms" else ("graphs",)
        self.network = build[kind](width, blocks)
        self.built = True

    def call(self, inputs: Mapping[str, Any], training: bool | None = None) -> Any:
        """Predict the property (b,)."""
        read = [inputs[name] for name in self.reads]
        return self.network(read, training=training) * self.spread + self.mean

    def get_config(self) -> dict[str, Any]:
        return {"name": self.name, **self.settings}


def take_features(model: Constraint, start: Constraint) -> None:
    """Give a new network all that another one has learnt but its last layer.

    Raises `InputError` where the networks differ in kind or size.
    """
    for key in ("kind", "width", "blocks"):
        ours, theirs = model.settings[key], start.settings[key]
        if ours != theirs:
            raise InputError(
                f"constraint.{'network' if key == 'kind' else key}: {ours!r}, but the network of "
                f"{start.name!r}, from which it starts, has {theirs!r}: set this"
            )
    last = _head(model)[-1]
    own = last.get_weights()
    model.network.set_weights(start.network.get_weights())
    last.set_weights(own)


def freeze_features(model: Constraint, frozen: bool) -> None:
    """Keep what a network knows of atoms and bonds as it is, or let it be trained again.

    Its dense layers behind the messages are trained in both cases. The network is to be compiled
    after it.
    """
    head = _head(model)
    for layer in model.network.layers:
        layer.trainable = not frozen or layer in head


def _head(model: Constraint) -> list[keras.layers.Layer]:
    """List the dense layers behind the messages, the one that gives the property last."""
    return [layer for layer in model.network.layers if isinstance(layer, layers.Dense)]


def check_reads(constraints: Sequence[Constraint]) -> None:
    """Raise `InputError` for a constraint that reads atoms, of a generator that places none."""
    for one in constraints:
        if "graphs" not in one.reads:
            raise InputError(
                f"constraint {one.name!r} reads atoms, but this generator writes graphs: set "
                "constraint.network: tiles or paper, and leave the constraint out of "
                "pretrained.networks"
            )


def _convolutional(width: int, blocks: int) -> keras.Model:
    """Build convolutions over the graph as over a picture (paper, section 2.3)."""
    graph = keras.Input((SIDE, SIDE))
    x = layers.Reshape((SIDE, SIDE, 1))(graph)
    for block in range(blocks):
        x = layers.Conv2D(width * 2**block, 5, strides=2, padding="same", activation="relu")(x)
    x = layers.Dense(4 * width, activation="relu")(layers.Flatten()(x))
    return keras.Model([graph], layers.Reshape(())(layers.Dense(1)(x)))
