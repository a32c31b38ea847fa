"""What the classes of the networks share."""

from typing import Any

import keras

register = keras.saving.register_keras_serializable(package="ccdcgan")
"""Decorates the classes that a saved network is made of."""


class Network(keras.Model):
    """A network that is saved with the `settings` it was made of."""

    settings: dict[str, Any]

    def get_config(self) -> dict[str, Any]:
        """Return what Keras makes the network of again."""
        return {**super().get_config(), **self.settings}


class OwnLoss(keras.Model):
    """A network or a training of some that gives its own loss."""

    def loss_of(self, inputs: Any, outputs: Any) -> Any:
        """Return the loss of a batch, whose targets stand among its inputs."""
        raise NotImplementedError

    def compute_loss(
        self,
        x: Any = None,
        y: Any = None,
        y_pred: Any = None,
        sample_weight: Any = None,
        training: bool | None = True,
    ) -> Any:
        """Return the loss to Keras, which calls this."""
        return self.loss_of(x, y_pred)


def build_optimizer(model: keras.Model) -> None:
    """Make the variables of a compiled model's optimiser.

    Left to the first update, they make TensorFlow trace it twice: as long as some hundred updates.
    """
    if not model.optimizer.built:
        model.optimizer.build(model.trainable_variables)
