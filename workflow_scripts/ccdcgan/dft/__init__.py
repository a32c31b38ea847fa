"""Input decks for density functional theory: the best crystals of a system, for three engines."""
