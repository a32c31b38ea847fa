"""What the paper says stands under the names of what is measured here."""

from ccdcgan.evaluation.paper import PAPER, PUBLISHED
from ccdcgan.evaluation.set_metrics import MEANINGS
from ccdcgan.report.table1 import HEADINGS


def test_the_published_numbers_are_of_measures_that_there_are() -> None:
    assert set(PUBLISHED) <= set(MEANINGS)
    shares = [PUBLISHED[name] for name in ("yield", "distinct", "negative")]
    assert all(0 < share < 1 for share in shares)


def test_the_paper_is_a_row_of_its_table() -> None:
    assert set(PAPER) <= set(HEADINGS)
