"""Crystals: their table, arrays, compositions, cells, equality and energies."""
