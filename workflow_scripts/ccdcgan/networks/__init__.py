"""The neural networks. Keras operations alone, so they train on any of its backends."""
