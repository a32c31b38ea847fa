"""Trainings of all networks; each survives a kill."""
