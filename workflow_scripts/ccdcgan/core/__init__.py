"""Files, jobs and settings: what every stage stands on. Knows nothing of crystals."""
