"""Pages of a query stay until another one is asked."""

from pathlib import Path

from ccdcgan.data.sources.pages import PageStore

QUERY = {"filter": "nsites<=20", "database": "2026"}


def test_pages_are_there_for_the_same_query_alone(tmp_path: Path) -> None:
    store = PageStore(tmp_path / "pages", QUERY)
    assert store.read("00000") is None and list(store.numbered()) == []
    store.write("00000", {"data": [1, 2]})
    store.write("00001", {"data": [3]})
    store.write("00003", {"data": [5]})  # of which the one before is missing
    again = PageStore(tmp_path / "pages", dict(reversed(QUERY.items())))
    assert list(again.numbered()) == [{"data": [1, 2]}, {"data": [3]}]
    other = PageStore(tmp_path / "pages", QUERY | {"database": "2027"})
    assert other.read("00000") is None and other.read("00003") is None


def test_a_damaged_page_counts_as_not_fetched(tmp_path: Path, caplog) -> None:
    store = PageStore(tmp_path, QUERY)
    store.write("00000", {"data": list(range(1000))})
    (page,) = tmp_path.glob("page-00000*")
    page.write_bytes(page.read_bytes()[:-20])
    assert store.read("00000") is None
    assert "page-00000.json.gz is damaged" in caplog.text
    store.write("00000", {"data": []})
    assert store.read("00000") == {"data": []}


def test_a_page_with_a_changed_bit_and_a_damaged_mark_are_fetched_again(tmp_path: Path) -> None:
    store = PageStore(tmp_path / "pages", QUERY)
    store.write("00000", {"data": list(range(1000))})
    (page,) = (tmp_path / "pages").glob("page-00000*")
    content = page.read_bytes()
    for place in range(100, len(content), 97):  # behind the header, with the name and the time
        page.write_bytes(content[:place] + bytes([content[place] ^ 4]) + content[place + 1 :])
        assert store.read("00000") is None, place
    page.write_bytes(content)
    (tmp_path / "pages/query.json").write_text("{")
    assert PageStore(tmp_path / "pages", QUERY).read("00000") is None
