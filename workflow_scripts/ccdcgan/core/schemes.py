"""What energies are called."""

import json
from collections.abc import Mapping
from typing import Any


def energy_scheme(potential: Mapping[str, Any]) -> str:
    """What the energies of a potential are called: its name, and its arguments if it has some."""
    arguments = potential["arguments"]
    return potential["name"] + (f" {json.dumps(arguments, sort_keys=True)}" if arguments else "")
