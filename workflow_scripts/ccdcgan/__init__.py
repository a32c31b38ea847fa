"""Inverse design of crystals with a constrained generative adversarial network."""
