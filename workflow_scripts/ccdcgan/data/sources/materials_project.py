"""Structures of the Materials Project through its own client, mp-api.

A. Jain et al., APL Materials 1, 011002 (2013). Energies are those of one thermo type, since the
client's default mixes two functionals.
"""

import ipaddress
import logging
import os
import re
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from os import PathLike
from typing import Any
from urllib.parse import urljoin, urlsplit

import pandas as pd
import requests
from emmet.core.types.typing import format_identifier
from mp_api.client import MPRester
from mp_api.client.core.exceptions import MPRestError
from pymatgen.core import Structure
from tqdm import tqdm

from ccdcgan.core.errors import InputError
from ccdcgan.core.jobs import KEY, KEY_LENGTH, without_key
from ccdcgan.core.settings.sources import MaterialsProjectSettings
from ccdcgan.data.sources.pages import PageStore
from ccdcgan.data.sources.records import record_of_document, rejected, to_table
from ccdcgan.data.sources.retries import with_retries

logger = logging.getLogger(__name__)

MP2020 = "corrected by MaterialsProject2020Compatibility"
SCHEMES = {
    "GGA_GGA+U": f"GGA_GGA+U, {MP2020}",
    "GGA_GGA+U_R2SCAN": f"GGA_GGA+U mixed with R2SCAN, {MP2020}",
    "R2SCAN": "R2SCAN",
}
"""By thermo type, what the energies of the thermo documents are; they come corrected."""
THERMO_FIELDS = ("formation_energy_per_atom", "energy_above_hull", "energy_per_atom")
"""Properties that depend on the thermo type; all others come from the summaries."""


def api_key() -> str:
    """Read the key from the variable MP_API_KEY; `InputError` if it cannot be one."""
    key = os.environ.get(KEY, "")
    if not key:
        raise InputError(
            f"data.source materials_project: the environment variable {KEY} is not set; get a key "
            "at https://materialsproject.org/api, or use data.source matbench, which needs none"
        )
    if len(key) != KEY_LENGTH:
        raise InputError(
            f"data.source materials_project: {KEY} has {len(key)} characters, not {KEY_LENGTH}; "
            "copy the whole key"
        )
    return key


def fetch_materials_project(
    settings: MaterialsProjectSettings, properties: Sequence[str], pages: str | PathLike[str]
) -> tuple[pd.DataFrame, str]:
    """Fetch the records of a query, and say the version of the database.

    properties: target properties, named as the client names them. pages: the folder where what has
    been fetched is kept.

    The ids come first, then a page for each `page` of them: structures and properties from the
    summaries, energies of the thermo type. Faults that may pass (rate limits, status 5xx, broken
    connections) are tried again. Raises `InputError` for a missing or refused key, a server that
    stays away, an unknown field and a query without an answer; a material without a structure is a
    row that says so.
    """
    key = api_key()
    endpoint = _endpoint(settings.endpoint)
    criteria = {
        name: _criterion(value)
        for name, value in settings.criteria.items()
        if value is not None  # without any, the client fetches all there is from another server
    }
    if not criteria:
        raise InputError("config data.materials_project.criteria: name at least one")
    rester = _ask(lambda: _connect(key, endpoint), endpoint)
    version = str(rester.db_version)
    summary_fields = ["material_id", "structure"]
    summary_fields += [name for name in properties if name not in THERMO_FIELDS]
    thermo_fields = ["material_id", *(name for name in properties if name in THERMO_FIELDS)]
    store = PageStore(
        pages,
        {
            "endpoint": endpoint,
            "criteria": criteria,
            "thermo_type": settings.thermo_type,
            "page": settings.page,
            "fields": sorted({*summary_fields, *thermo_fields}),
            "database": version,
        },
    )
    ids = store.read("ids")
    if ids is None:
        found = _ask(
            lambda: rester.materials.summary.search(
                **criteria, fields=["material_id"], all_fields=False
            ),
            endpoint,
        )
        ids = sorted({_identifier(item) for item in found})
        store.write("ids", ids)
    size = settings.page
    logger.info("Materials Project %s: %d materials match", version, len(ids))
    chunks = [ids[start : start + size] for start in range(0, len(ids), size)]
    for number, chunk in enumerate(tqdm(chunks, "pages", mininterval=5, file=sys.stderr)):
        if store.read(f"{number:05d}") is not None:
            continue
        query = {"material_ids": chunk, "all_fields": False}
        summaries = _ask(
            partial(rester.materials.summary.search, **query, fields=summary_fields), endpoint
        )
        energies: Any = []
        if len(thermo_fields) > 1:
            query["thermo_types"] = [settings.thermo_type]
            energies = _ask(
                partial(rester.materials.thermo.search, **query, fields=thermo_fields), endpoint
            )
        page = {
            "summaries": [_plain(item, summary_fields) for item in summaries],
            "energies": [_plain(item, thermo_fields) for item in energies],
        }
        store.write(f"{number:05d}", page)
    table = to_table(
        _records(store, chunks, properties, version),
        properties,
        source="materials_project",
        energy_scheme=SCHEMES[settings.thermo_type],
    )
    return table, version


def _records(
    store: PageStore, chunks: Sequence[Sequence[str]], properties: Sequence[str], version: str
) -> Iterator[dict[str, Any]]:
    provenance = f"Materials Project {version}"
    for chunk, page in zip(chunks, store.numbered(), strict=True):
        energies = {item["material_id"]: item for item in page["energies"]}
        summaries = {item["material_id"]: item for item in page["summaries"]}
        for name in chunk:
            item = {**summaries.get(name, {}), **energies.get(name, {})}
            values = {key: item.get(key) for key in properties}
            if not item.get("structure"):
                yield rejected(name, "no structure: the document holds none", values, provenance)
                continue
            yield record_of_document(name, item["structure"], values, provenance)


def _endpoint(address: str) -> str:
    """An address that the key may be sent to; `InputError` if others could read it on the way."""
    parts = urlsplit(address)
    if parts.scheme != "https" and not _is_loopback(parts.hostname or ""):
        raise InputError(
            f"config data.materials_project.endpoint: {address} would carry the key in {KEY} in "
            "the clear; write https://, or name a server on this machine"
        )
    return address.rstrip("/") + "/"


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _connect(key: str, endpoint: str) -> MPRester:
    # Without document models the client leaves what it receives as plain dictionaries: to decode
    # them is to import what they name.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        rester = MPRester(key, endpoint=endpoint, use_document_model=False, mute_progress_bars=True)
    rester.session.hooks["response"].append(_stay)
    return rester


def _stay(response: requests.Response, *_: Any, **__: Any) -> None:
    """Refuse a redirect to another server: the client would send the key there too."""
    if not response.is_redirect:
        return
    target = urljoin(response.url, response.headers["location"])
    if requests.Session().should_strip_auth(response.url, target):
        here, there = (without_key(urlsplit(url).netloc) for url in (response.url, target))
        raise InputError(
            f"Materials Project at {here}: it redirects to {there}, which the key in {KEY} is not "
            "for; name that server in data.materials_project.endpoint if you trust it"
        )


def _ask(call: Callable[[], Any], endpoint: str) -> Any:
    """Return the answer to a call, after retries; a fault that stays becomes an `InputError`."""
    try:
        return with_retries(call, _may_pass)
    except (MPRestError, requests.RequestException, ValueError, KeyError) as error:
        reason = " ".join(without_key(str(error)).split())[:300]
        if re.search(r"status code 40[13]|Invalid authentication|no API key", reason, re.I):
            advice = f"the key in {KEY} is refused; copy it again from your dashboard"
        elif "invalid fields" in reason:
            advice = "correct data.properties"
        else:
            advice = "run the same command again: what was fetched is kept"
        raise InputError(f"Materials Project at {endpoint}: {reason}; {advice}") from None


def _may_pass(error: BaseException) -> bool:
    if isinstance(error, requests.RequestException):
        return True
    text = str(error)
    status = re.search(r"status code (\d{3})", text)
    if status:
        return int(status[1]) >= 500 or int(status[1]) == 429
    # The client turns broken connections into an error of its own.
    return isinstance(error, MPRestError) and bool(
        re.search(r"connection|timed out|max retries|disconnected", text, re.I)
    )


def _criterion(value: Any) -> Any:
    numbers = isinstance(value, list) and all(isinstance(v, int | float) for v in value)
    return tuple(value) if numbers else value


def _field(item: Any, name: str) -> Any:
    return item.get(name) if isinstance(item, Mapping) else getattr(item, name, None)


def _identifier(item: Any) -> str:
    """Write the id in the form `mp-149`, which the website shows and papers name."""
    return str(format_identifier(str(_field(item, "material_id")), legacy=True))


def _plain(item: Any, fields: Sequence[str]) -> dict[str, Any]:
    found = {name: _field(item, name) for name in fields}
    structure = found.get("structure")
    if isinstance(structure, Structure):
        found["structure"] = structure.as_dict()
    found["material_id"] = _identifier(item)
    return found
