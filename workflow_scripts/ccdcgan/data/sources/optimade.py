"""Structures of any OPTIMADE provider, through the client of optimade-python-tools.

C. W. Andersen et al., Scientific Data 8, 217 (2021).
"""

import logging
import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from os import PathLike
from typing import Any
from urllib.parse import urlsplit

import pandas as pd
import requests
from optimade.adapters import Structure as Adapter
from optimade.client import OptimadeClient
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

from ccdcgan.core.errors import InputError
from ccdcgan.core.settings.sources import OptimadeSettings
from ccdcgan.data.sources.pages import PageStore
from ccdcgan.data.sources.records import record_of_structure, rejected, to_table
from ccdcgan.data.sources.retries import ATTEMPTS, with_retries

logger = logging.getLogger(__name__)
FIELDS = (
    "lattice_vectors",
    "cartesian_site_positions",
    "species",
    "species_at_sites",
    "nsites",
    "elements",
    "nelements",
    "structure_features",
    "dimension_types",
    "nperiodic_dimensions",
    "chemical_formula_reduced",
    "last_modified",
)
"""What a structure is made from."""
BROKEN = re.compile(r"connection|incomplete|timed out|refused|max retries", re.IGNORECASE)
"""What the client's errors say of a fault on the way, not of the query."""


class PatientSession(requests.Session):
    """Asks again, after the pause that Retry-After names, what a server may answer later."""

    def __init__(self) -> None:
        super().__init__()
        retries = Retry(
            total=ATTEMPTS,
            connect=0,  # broken connections are left to `with_retries`, which keeps what arrived
            read=0,
            backoff_factor=1.0,
            status_forcelist=(429, 500, 502, 503, 504),
            respect_retry_after_header=True,
        )
        for scheme in ("http://", "https://"):
            self.mount(scheme, HTTPAdapter(max_retries=retries))


def fetch_optimade(
    settings: OptimadeSettings, properties: Sequence[str], pages: str | PathLike[str]
) -> pd.DataFrame:
    """Fetch the records of a provider's structures that pass a filter.

    properties: the target properties; the settings may name them as the provider does
    (`_oqmd_delta_e`). pages: the folder where what has been fetched is kept. Raises
    `InputError` for a filter that is none, a server that stays away or refuses, and a query without
    an answer; a damaged structure is a row that says so.
    """
    assert settings.url and settings.filter  # the config is checked: the source needs both
    url, query = settings.url.rstrip("/"), settings.filter
    names = {name: settings.properties.get(name, name) for name in properties}
    theirs = [name for name in names.values() if name.startswith("_") or name in FIELDS]
    store = PageStore(pages, {"url": url, "filter": query, "fields": [*FIELDS, *theirs]})
    with_retries(
        partial(_fetch, url, query, [*FIELDS, *theirs], store),
        lambda error: isinstance(error, InputError) and bool(BROKEN.search(str(error))),
    )
    provider = urlsplit(url).hostname or url
    return to_table(
        _records(store, names, provider),
        properties,
        source="optimade",
        energy_scheme=settings.energy_scheme or provider,
    )


def _fetch(url: str, query: str, fields: list[str], store: PageStore) -> None:
    """Fetch the pages that are missing, from the address that the last one gave."""
    done = list(store.numbered())
    if done and not done[-1]["next"]:
        return
    number = len(done)
    resume = done[-1]["next"] if done else None

    def keep(_: str, answer: dict[str, Any]) -> dict[str, Any] | None:
        nonlocal number, resume
        if resume:  # the first answer stands in the store already
            address, resume = resume, None
            return {"next": address, "advance_results": 0}
        link = answer["links"].get("next")
        page = {"next": link["href"] if isinstance(link, dict) else link, "data": answer["data"]}
        if not answer["data"]:
            page["next"] = None
        store.write(f"{number:05d}", page)
        logger.info("page %d: %d structures", number, len(answer["data"]))
        number += 1
        return None

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            client = OptimadeClient(
                base_urls=url,
                max_results_per_provider=-1,
                use_async=False,
                silent=True,
                http_client=PatientSession,
                callbacks=[keep],
            )
            answers = client.get(query, response_fields=fields)
    except (RuntimeError, requests.RequestException) as error:
        raise _fault(url, error) from None
    errors = [
        message
        for by_filter in answers.values()
        for by_url in by_filter.values()
        for answer in by_url.values()
        for message in answer["errors"]
    ]
    if errors:
        raise _fault(url, errors[0])


def _fault(url: str, error: object) -> InputError:
    reason = " ".join(str(error).split())[:300]
    return InputError(
        f"OPTIMADE at {url}: {reason}; check data.optimade and run the same command again: what "
        "was fetched is kept"
    )


def _records(store: PageStore, names: Mapping[str, str], provider: str) -> Iterator[dict[str, Any]]:
    for page in store.numbered():
        for entry in page["data"]:
            attributes = entry.get("attributes") or {}
            values = {ours: attributes.get(theirs) for ours, theirs in names.items()}
            id_ = str(entry.get("id"))
            if not attributes.get("cartesian_site_positions"):
                reason = "no structure: the document holds none"
                yield rejected(id_, reason, values, provider)
                continue
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    structure = Adapter(entry).as_pymatgen
            except Exception as error:  # of the validation or the conversion
                yield rejected(id_, f"damaged structure: {error!r}"[:200], values, provider)
                continue
            yield record_of_structure(id_, structure, values, provider)
