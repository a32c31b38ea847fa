"""How many graphs are made, and of what."""

import json
from collections.abc import Iterable, Iterator
from typing import Literal

from pydantic import Field, model_validator

from ccdcgan.core.settings.compositions import AskedCompositions, atoms_of
from ccdcgan.core.settings.fields import (
    Count,
    Element,
    Pair,
    Place,
    Positive,
    Seed,
    Settings,
    SeveralUnique,
    Share,
    System,
    Unique,
    refuse,
)

LOWEST_START = 0.03  # Å


class GenerateSettings(Settings):
    """Section `generate`."""

    graphs: Count = Field(description="number of graphs of a variant")
    shards: Count = Field(description="jobs a variant")
    seed: Seed | None = Field(
        description="of the noise and the compositions; null: from the root seed"
    )
    systems: SeveralUnique[System] | None = Field(
        description="chemical systems of the crystals; null: the training data's compositions"
    )
    max_atoms: int = Field(ge=1, le=20, description="of a cell")
    fractions: dict[Element, Pair[Share]] = Field(
        description="by element, the least and the largest share of the atoms"
    )
    compositions: AskedCompositions = Field(
        description="a list: of exactly these, samples of each; else, of gan.network: templates, "
        "whether they follow from the exchange of elements or are those of the training data"
    )
    samples: Count = Field(description="graphs of each of the compositions that are listed")
    allowed: Unique[Element] = Field(description="crystals of these elements alone; empty: of all")
    forbidden: Unique[Element] = Field(description="no crystal with one of these elements")
    charge_neutral: bool = Field(
        description="whether compositions are drawn only where charges cancel (SMACT)"
    )
    novel: bool = Field(
        description="gan.network: templates; whether only compositions are drawn that no crystal "
        "of the training data and no known phase has"
    )
    proposals: Count = Field(
        description="gan.network: templates; crystals of which the constraints choose one for a "
        "graph of ccdcgan"
    )
    choose: Literal["compositions", "templates"] = Field(
        description="gan.network: templates; among what the constraints choose: crystals as they "
        "are drawn, of any composition, or the likeliest templates of the composition drawn first"
    )
    critic: int = Field(
        ge=0,
        description="gan.network: templates; groups of proposals of any system from which a critic "
        "learns what keeps chosen compositions like the training crystals'; 0: no critic",
    )
    hull: Literal["known", "training"] = Field(
        description="gan.network: templates; above whose hull predicted formation energies count "
        "where constraints choose: that of the known phases, by DFT, or of the training crystals"
    )
    exchange: Positive = Field(
        description="gan.network: templates; temperature: the higher, the less alike old and new "
        "elements are"
    )
    rearranged: int = Field(
        ge=0,
        description="gan.network: templates; of the samples of a composition that is listed, and "
        "of target csp, so many are no exchanges, but have their atoms dealt out to the places of "
        "any template with as many, and denoised",
    )
    tries: Count = Field(
        description="gan.network: templates, atoms; crystals that are denoised for a graph of "
        "ccdcgan, from noise of their own each, of which the constraints take the best; of "
        "templates only for what leaves them"
    )
    refine: int = Field(
        ge=0,
        description="gan.network: templates; times that the refiner moves atoms and cells of "
        "exchanged crystals",
    )
    start: float = Field(
        ge=0,
        le=1.5,
        description="Å; noise taken from atoms that the generator has placed, or that exchanges "
        "have (generate.leave); with 0 the denoiser does nothing",
    )
    leave: Literal["repeats", "all"] = Field(
        description="gan.network: templates; which exchanges leave their templates, handed to the "
        "denoiser as if they had the noise generate.start: those drawn before, or all"
    )
    levels: int = Field(ge=0, description="steps of the denoiser")
    final_steps: int = Field(ge=0, description="steps of the denoiser without noise")
    present: Positive = Field(
        description="gan.network: paper; share of the mean norm at which an element is present"
    )

    @property
    def asked(self) -> list[dict[str, int]]:
        """The atoms of the cells that are asked for exactly; empty where none are."""
        if isinstance(self.compositions, str):
            return []
        return [atoms for entry in self.compositions for atoms in entry.atoms()]

    @property
    def has_critic(self) -> bool:
        """Whether there is a critic where constraints choose: only if compositions differ."""
        differ = self.choose == "compositions" and self.compositions == "generated"
        return bool(self.critic and differ and not self.systems and self.proposals > 1)

    @model_validator(mode="after")
    def _consistent(self) -> "GenerateSettings":
        faults: list[tuple[Place, str]] = [
            (("fractions", element), f"{[least, largest]} has its least share above its largest")
            for element, (least, largest) in self.fractions.items()
            if least > largest
        ]
        if 0 < self.start < LOWEST_START:
            text = f"{self.start} is neither 0 nor at least {LOWEST_START}"
            faults.append((("start",), text))
        if self.graphs < self.shards:
            graphs = f"{self.graphs} graphs are fewer than generate.shards ({self.shards})"
            faults.append((("graphs",), graphs))
        if self.choose == "templates" and (self.systems or self.compositions != "generated"):
            text = (
                "'templates' is for crystals of any system, whose compositions are generated; "
                "leave it 'compositions'"
            )
            faults.append((("choose",), text))
        faults += self._element_faults()
        faults += self._exact_faults()
        refuse(faults)
        return self

    def _element_faults(self) -> Iterator[tuple[Place, str]]:
        both = sorted(set(self.allowed) & set(self.forbidden))
        if both:
            yield ("forbidden",), f"{both} are in generate.allowed, too: leave them out of one"
        named: dict[Place, Iterable[str]] = {
            ("systems", number): system.split("-")
            for number, system in enumerate(self.systems or ())
        }
        if not isinstance(self.compositions, str):
            named |= {
                ("compositions", number): atoms_of(entry.formula)
                for number, entry in enumerate(self.compositions)
            }
        for place, elements in named.items():
            for element in elements:
                if element in self.forbidden:
                    yield place, f"{element!r} is one of generate.forbidden"
                elif self.allowed and element not in self.allowed:
                    yield place, f"{element!r} is none of generate.allowed"

    def _exact_faults(self) -> Iterator[tuple[Place, str]]:
        if isinstance(self.compositions, str):
            return
        free: dict[str, object] = {"systems": None, "fractions": {}, "charge_neutral": False}
        for key, value in (free | {"novel": False}).items():
            if getattr(self, key) != value:
                text = "compositions are listed in generate.compositions, none is drawn: leave it "
                yield (key,), f"{text}{json.dumps(value)}"
        for number, entry in enumerate(self.compositions):
            largest = max(sum(atoms.values()) for atoms in entry.atoms())
            if largest > self.max_atoms:
                text = (
                    f"{entry.formula!r} has {largest} atoms in its largest cell, beyond "
                    f"generate.max_atoms ({self.max_atoms})"
                )
                yield ("compositions", number), text
        made = self.samples * len(self.asked)
        if made < self.shards:
            text = f"{made} graphs of all compositions are fewer than generate.shards"
            yield ("samples",), f"{text} ({self.shards})"
