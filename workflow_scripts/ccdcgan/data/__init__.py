"""The training set: from the sources to one table of structures."""
