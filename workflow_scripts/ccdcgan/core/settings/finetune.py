"""The learning curve of a property that few structures have."""

from typing import Annotated

from pydantic import Field

from ccdcgan.core.settings.fields import Settings, SeveralUnique

LEAST = 20
"""Structures with a value, below which a property is not learnt on top of another."""


class FinetuneSettings(Settings):
    """Section `finetune`."""

    sizes: SeveralUnique[Annotated[int, Field(ge=LEAST)]] = Field(
        description="structures to learn from; all that a fold leaves always come last"
    )
    folds: int = Field(ge=2, le=20, description="parts, each of which is predicted by the others")
