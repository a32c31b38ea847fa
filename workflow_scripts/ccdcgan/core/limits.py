"""Limits that the configuration shares with the data and the networks."""

MAX_ATOMIC_NUMBER = 99
