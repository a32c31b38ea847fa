"""Magnetic moments from which a spin-polarised calculation starts."""

# μB an atom, aligned in parallel: the moments of the 3d metals near their elemental crystals or
# high-spin ions, the spin moments of the 4f shells by Hund's rule. All other elements start
# without spin.
MOMENTS = {
    "Cr": 3.0,
    "Mn": 4.0,
    "Fe": 3.0,
    "Co": 2.0,
    "Ni": 1.0,
    "Ce": 1.0,
    "Pr": 2.0,
    "Nd": 3.0,
    "Pm": 4.0,
    "Sm": 5.0,
    "Eu": 7.0,
    "Gd": 7.0,
    "Tb": 6.0,
    "Dy": 5.0,
    "Ho": 4.0,
    "Er": 3.0,
    "Tm": 2.0,
    "U": 2.0,
    "Np": 3.0,
    "Pu": 5.0,
}
