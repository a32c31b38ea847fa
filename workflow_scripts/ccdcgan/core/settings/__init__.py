"""One frozen model for each section of the configuration.

The models say what is allowed: types, choices, ranges and meanings. They hold no default values:
`config.yaml`, which every run is laid over, is the one place for those. A module holds the
sections that jobs of one kind read, so that a change of one reruns no other jobs.
"""
