"""The generator: its images, its elements, saving."""

import numpy as np
from pymatgen.core import Lattice, Structure

from builders.gan import NETWORKS, NOISE, graph_table, small_generator
from ccdcgan.networks.files import load_model, save_model
from ccdcgan.networks.generator import Generator, draw_lattice, draw_sites
from ccdcgan.representation.voxels import lattice_image, quantise, site_image


def test_the_generator_draws_what_the_encoders_were_trained_on() -> None:
    """Atoms and a cell give the images that the stored ones are prepared to."""
    crystal = Structure(
        Lattice.from_parameters(3.2, 4.1, 5.3, 80, 95, 110),
        ["Co", "Co", "Hf"],
        [[0.1, 0.2, 0.9], [0.6, 0.55, 0.3], [0.4, 0.1, 0.7]],
    )
    coords = np.zeros((1, 20, 3), "f4")
    coords[0, :3] = crystal.frac_coords
    member = np.zeros((1, 20, 3), "f4")
    member[0, [0, 1, 2], [1, 1, 2]] = 1
    images = np.asarray(draw_sites(coords, member))[0]
    for place, symbol in ((1, "Co"), (2, "Hf")):
        own = [site.frac_coords for site in crystal if site.specie.symbol == symbol]
        stored = quantise(site_image(np.array(own)))[None, ::2, ::2, ::2]
        expected = np.asarray(NETWORKS.sites[0].prepare(stored, np.zeros((1, 3), "f4")))[0]
        np.testing.assert_allclose(images[place], expected, atol=0.02)
    matrix = crystal.lattice.matrix
    triangle = np.linalg.cholesky(matrix @ matrix.T)[np.tril_indices(3)]
    stored = quantise(lattice_image(matrix))[None, ::4, ::4, ::4]
    expected = np.asarray(NETWORKS.lattice.prepare(stored, None))
    drawn = np.asarray(draw_lattice(triangle[None].astype("f4"), 2.0))
    np.testing.assert_allclose(drawn, expected, atol=0.12)  # 8 bits, faintest voxels
    np.testing.assert_allclose(np.exp(-6.2 * drawn), np.exp(-6.2 * expected), atol=0.01)


def test_a_generator_is_the_same_after_saving(tmp_path) -> None:
    generator, graphs = small_generator(), graph_table()
    noise = np.random.default_rng(2).standard_normal((60, NOISE)).astype("f4")
    made = np.asarray(generator([noise, graphs.numbers, graphs.counts]))
    save_model(generator, tmp_path / "generator.keras")
    again = load_model(tmp_path / "generator.keras", Generator)
    np.testing.assert_array_equal(np.asarray(again([noise, graphs.numbers, graphs.counts])), made)


def test_generated_graphs_hold_the_elements_asked_for_and_no_other() -> None:
    graphs = graph_table()
    generator = small_generator()
    noise = np.random.default_rng(2).standard_normal((60, NOISE)).astype("f4")
    made = np.asarray(generator([noise, graphs.numbers, graphs.counts]))
    from ccdcgan.representation.graph_layout import present_elements, tiles_of

    for graph, numbers in zip(made, graphs.numbers, strict=True):
        assert present_elements(tiles_of(graph)) == [z for z in numbers if z]
