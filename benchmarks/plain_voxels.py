"""The yardstick of the voxel images: a loop over atoms and voxels, as one would first write it."""

import math
from collections.abc import Sequence


def plain_site_image(
    frac_coords: Sequence[Sequence[float]], grid: int, sigma: float
) -> list[list[list[float]]]:
    """A Gaussian of `sigma` (voxels) at each atom, by its minimum-image distance to each voxel."""
    image = [[[0.0] * grid for _ in range(grid)] for _ in range(grid)]
    for atom in frac_coords:
        for x in range(grid):
            dx = x - atom[0] * grid
            dx -= grid * round(dx / grid)
            for y in range(grid):
                dy = y - atom[1] * grid
                dy -= grid * round(dy / grid)
                for z in range(grid):
                    dz = z - atom[2] * grid
                    dz -= grid * round(dz / grid)
                    distance = math.sqrt(dx * dx + dy * dy + dz * dz)
                    image[x][y][z] += math.exp(-0.5 * (distance / sigma) ** 2)
    return [[[min(value, 1.0) for value in row] for row in plane] for plane in image]
