"""Crystals to graphs and back."""
