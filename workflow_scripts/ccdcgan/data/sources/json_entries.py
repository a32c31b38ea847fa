"""The entries of a JSON list or mapping, one after the other.

Where an entry begins and ends is told from strings and brackets alone, before anything is made of
it. So the memory that is taken is that of one entry, the depth is known before it is reached, and
an entry that is no JSON costs none of the others.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

TOKEN = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+("?)|[\[\]{}]', re.DOTALL)
"""A string, whose end may be missing, or a bracket."""
KEY = re.compile(rb'\s*("[^"\\]*+(?:\\.[^"\\]*+)*+")\s*:', re.DOTALL)
CLOSING = {ord("["): ord("]"), ord("{"): ord("}")}


def is_mapping(text: bytes) -> bool:
    """Say whether a text holds a JSON object."""
    return text.lstrip()[:1] == b"{"


def entries(text: bytes, depth: int) -> Iterator[bytes]:
    """Yield the entries of the list or object that a text holds, as they stand there.

    A text that holds neither is one entry. depth: the deepest nesting that is allowed. Raises
    ValueError where brackets do not match or are too deep, and for anything behind the last.
    """
    open_: list[int] = []
    start = end = 0
    for token in TOKEN.finditer(text):
        if len(open_) <= 1:
            gap = text[end : token.start()]
            if not open_ and gap.strip():
                raise ValueError("something stands beside the list or mapping")
            for comma in re.finditer(b",", gap):
                yield text[start : end + comma.start()]
                start = end + comma.end()
        end = token.end()
        first = token.group()[0]
        if first == ord('"'):
            if not token[1]:
                raise ValueError("a string does not end")
            if not open_:
                break
        elif first in CLOSING:
            open_.append(CLOSING[first])
            if len(open_) > depth:
                raise ValueError(f"nested deeper than {depth}")
            if len(open_) == 1:
                start = end
        else:
            if not open_ or open_.pop() != first:
                raise ValueError(f"a bracket too many or of another kind at byte {token.start()}")
            if not open_:
                last = text[start : token.start()]
                if last.strip():
                    yield last
                if text[end:].strip():
                    raise ValueError("something stands behind the end")
                return
    if open_:
        raise ValueError("it ends too early")
    yield text


def keyed(entry: bytes) -> tuple[str, bytes]:
    """Split an entry of an object into its key and its value. ValueError if it has no key."""
    match = KEY.match(entry)
    if not match:
        raise ValueError("no key")
    key = json.loads(match[1])
    if not isinstance(key, str):
        raise ValueError("no key")
    return key, entry[match.end() :]


def value_of(entry: bytes) -> Any:
    """Make the value of an entry. Raises ValueError if it is no JSON."""
    try:
        return json.loads(entry.decode())
    except RecursionError:
        raise ValueError("nested too deep") from None
