"""New crystals: from compositions and noise to stored graphs, and baselines."""
