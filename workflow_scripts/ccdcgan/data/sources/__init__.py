"""Where structures come from: a module a source, each giving the same rows (see `records`)."""
