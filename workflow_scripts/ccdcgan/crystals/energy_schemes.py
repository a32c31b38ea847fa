"""What energies are called: by what they were computed, and with which corrections."""

from ccdcgan.core.settings.analysis import Corrections

CORRECTED = "MP2020 corrections"
"""What is added to the name of energies that carry them."""


def corrected_scheme(scheme: str, corrections: Corrections) -> str:
    """Name energies of a scheme after their correction, as `7net-0, MP2020 corrections`."""
    return f"{scheme}, {CORRECTED}" if corrections == "mp2020" else scheme
