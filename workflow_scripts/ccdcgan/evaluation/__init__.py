"""Figures of merit: of networks, of crystals as sets, of experiments."""
