"""Images and graphs of crystals: voxels, their shards, the layout of a graph."""
