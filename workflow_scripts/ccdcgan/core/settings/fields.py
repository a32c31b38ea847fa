"""What the fields of all sections are made of: the base of their models, and their types."""

import math
import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

Place = tuple[int | str, ...]
T = TypeVar("T")

SYMBOLS = re.findall(
    "[A-Z][a-z]?",
    "HHeLiBeBCNOFNeNaMgAlSiPSClArKCaScTiVCrMnFeCoNiCuZnGaGeAsSeBrKrRbSrYZrNbMoTcRuRhPdAgCdInSnSbTe"
    "IXeCsBaLaCePrNdPmSmEuGdTbDyHoErTmYbLuHfTaWReOsIrPtAuHgTlPbBiPoAtRnFrRaAcThPaUNpPuAmCmBkCfEs",
)
"""The elements that a crystal may hold. To ask a chemistry package takes longer than all checks."""


class Settings(BaseModel):
    """A section of the configuration.

    Frozen, with no other keys than its own. Numbers are finite, counts are no fractions, and
    nothing is turned from one type into another, except whole numbers where any number is allowed
    and lists, which become tuples.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


def refuse(faults: Iterable[tuple[Place, str]]) -> None:
    """Raise a `ValidationError` that names each fault: its place in the section, and a text."""
    details = [
        InitErrorDetails(
            type=PydanticCustomError("refused", "{text}", {"text": text}), loc=place, input=None
        )
        for place, text in faults
    ]
    if details:
        raise ValidationError.from_exception_data("config", details)


def _unique(values: tuple[T, ...]) -> tuple[T, ...]:
    if len(set(values)) != len(values):
        refuse([((), f"{list(values)} has non-unique elements: name each once")])
    return values


def _element(symbol: str) -> str:
    if symbol not in SYMBOLS:
        refuse([((), f"{symbol!r} is no element: allowed are {SYMBOLS[0]} to {SYMBOLS[-1]}")])
    return symbol


def _system(system: str) -> str:
    elements = system.split("-")
    faults = [
        f"{system!r} names the unknown element {symbol!r}: allowed are H to Es"
        for symbol in elements
        if symbol not in SYMBOLS
    ]
    if len(set(elements)) != len(elements):
        faults.append(f"{system!r} names an element twice: name each once")
    elif elements != sorted(elements):
        right = "-".join(sorted(elements))
        faults.append(f"{system!r} is not in alphabetical order: write {right!r}")
    refuse(((), fault) for fault in faults)
    return system


def _plain(value: T) -> T:
    refuse(_not_plain(value, ()))
    return value


def _not_plain(value: Any, place: Place) -> Iterator[tuple[Place, str]]:
    if isinstance(value, dict | list):
        entries = value.items() if isinstance(value, dict) else enumerate(value)
        for key, entry in entries:
            yield from _not_plain(entry, (*place, key))
    elif isinstance(value, date):
        yield place, f"{str(value)!r} is read as a date: quote it to make it text"
    elif isinstance(value, float) and not math.isfinite(value):
        yield place, f"{value!r} is not allowed: a finite number"


def unknown_placeholders(text: str, *allowed: str) -> list[str]:
    """Return what is wrong with the names in braces in `text`: a text for each not `allowed`."""
    known = [f"{{{name}}}" for name in allowed]
    found = dict.fromkeys(re.findall(r"\{[^{}]*\}|[{}]", text))
    return [
        f"{text!r} holds the unknown placeholder {one!r}: allowed is {', '.join(known) or 'none'}"
        for one in found
        if one not in known
    ]


Variant = Literal["dcgan", "ccdcgan"]
Count = Annotated[int, Field(ge=1)]
Positive = Annotated[float, Field(gt=0)]
NotNegative = Annotated[float, Field(ge=0)]
Share = Annotated[float, Field(ge=0, le=1)]
Fraction = Annotated[float, Field(gt=0, lt=1)]
Text = Annotated[str, Field(min_length=1)]
Seed = Annotated[int, Field(ge=0, lt=2**32)]  # what the generators of random numbers take
Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
Url = Annotated[str, Field(pattern="^https?://")]
Element = Annotated[
    str, Field(json_schema_extra={"pattern": "^[A-Z][a-z]?$"}), AfterValidator(_element)
]
System = Annotated[
    str,
    Field(
        pattern="^[A-Z][a-z]?(-[A-Z][a-z]?)+$",
        description="elements joined by hyphens, such as Co-Hf",
    ),
    AfterValidator(_system),
]
PropertyName = Annotated[
    str,
    Field(pattern="^[a-z][a-z0-9_]*$", description="lower-case letters, digits and underscores"),
]
Plain = Annotated[dict[str, Any], AfterValidator(_plain)]

Several = Annotated[tuple[T, ...], Field(strict=False, min_length=1)]
"""A list of at least one entry."""
Unique = Annotated[
    tuple[T, ...],
    Field(strict=False, json_schema_extra={"uniqueItems": True}),
    AfterValidator(_unique),
]
"""A list that may be empty, of entries that differ."""
SeveralUnique = Annotated[
    tuple[T, ...],
    Field(strict=False, min_length=1, json_schema_extra={"uniqueItems": True}),
    AfterValidator(_unique),
]
Pair = Annotated[tuple[T, T], Field(strict=False)]
