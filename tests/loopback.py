"""Real servers on loopback, and the faults of real ones in front of them."""

import asyncio
import json
import threading
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import mongomock
import uvicorn
from pymatgen.core import Lattice, Structure

App = Callable[..., Awaitable[None]]


@dataclass
class Gate:
    """Stands before a server: counts what it is asked and answers with the faults of `plan`.

    plan: by number of the request (from 0), the status to answer with, or `drop` to break the
    connection off in the middle of the answer, or `again` to redirect to the same address.
    `down_after`: every request from that number on is dropped. `moved`: the server to which all
    requests are redirected. Requests whose path does not contain `path` pass by uncounted. The
    texts of faults echo the key that came; `keys` holds them all.
    """

    app: App
    path: str = "/"
    key: str | None = None
    plan: dict[int, int | str] = field(default_factory=dict)
    down_after: int | None = None
    moved: str | None = None
    asked: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    retry_after: str = "1"

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or self.path not in scope["path"]:
            await self.app(scope, receive, send)
            return
        number = len(self.asked)
        self.asked.append(f"{scope['path']}?{scope['query_string'].decode()}")
        key = dict(scope["headers"]).get(b"x-api-key", b"").decode()
        self.keys.append(key)
        if self.moved is not None:
            await _answer(send, 302, {}, [(b"location", f"{self.moved}{self.asked[-1]}".encode())])
            return
        if self.key is not None and key != self.key:
            await _answer(send, 401, {"message": f"Invalid authentication credentials {key}"})
            return
        fault = self.plan.get(number)
        if self.down_after is not None and number >= self.down_after:
            fault = "drop"
        if fault is None:
            await self.app(scope, receive, send)
        elif fault == "drop":
            head = [(b"content-length", b"1000"), (b"content-type", b"application/json")]
            await send({"type": "http.response.start", "status": 200, "headers": head})
            await send({"type": "http.response.body", "body": b'{"data": [', "more_body": True})
            raise ConnectionAbortedError("dropped on purpose")
        elif fault == "again":
            await _answer(send, 302, {}, [(b"location", self.asked[-1].encode())])
        else:
            pause = [(b"retry-after", self.retry_after.encode())] if fault == 429 else []
            await _answer(send, int(fault), {"detail": f"fault of {key}"}, pause)


@dataclass
class Altered:
    """Stands before a server and changes the JSON of its answers in place."""

    app: App
    change: Callable[[Any], None]

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        status, body = 200, b""

        async def keep(message: Any) -> None:
            nonlocal status, body
            status = message.get("status", status)
            body += message.get("body", b"")

        plain = [pair for pair in scope["headers"] if pair[0] != b"accept-encoding"]
        await self.app({**scope, "headers": plain}, receive, keep)
        content = json.loads(body)
        self.change(content)
        await _answer(send, status, content)


async def _answer(
    send: Any, status: int, body: Any, headers: Sequence[tuple[bytes, bytes]] = ()
) -> None:
    head = [(b"content-type", b"application/json"), *headers]
    await send({"type": "http.response.start", "status": status, "headers": head})
    await send({"type": "http.response.body", "body": json.dumps(body).encode()})


@contextmanager
def serving(app: App) -> Iterator[str]:
    """The address of an application that is served on a free port until the block ends."""
    settings = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="critical", lifespan="off")
    server = uvicorn.Server(settings)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve()), daemon=True)
    thread.start()
    deadline = time.monotonic() + 30
    while not server.started:
        assert time.monotonic() < deadline, "the server did not start"
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(10)


def crystals(count: int) -> list[Structure]:
    """Binary crystals of CsCl type, all different."""
    pairs = [(a, b) for a in ("Li", "Na", "K", "Rb") for b in ("F", "Cl", "Br", "I", "H")]
    made = []
    for number in range(count):
        first, second = pairs[number % len(pairs)]
        edge = 3.0 + 0.1 * (number // len(pairs)) + 0.01 * number
        made.append(Structure(Lattice.cubic(edge), [first, second], [[0, 0, 0], [0.5, 0.5, 0.5]]))
    return made


def materials_project(structures: list[Structure | None]) -> App:
    """The Materials Project's own server code over an in-memory database of `structures`.

    Material n has the formation energy −n/100 eV/atom in the scheme GGA_GGA+U, and another one in
    the mixed scheme that the client takes by default; None is a document without a structure.
    """
    from emmet.api.core.api import MAPI
    from emmet.api.routes.materials.summary.resources import summary_resource
    from emmet.api.routes.materials.thermo.resources import thermo_resource
    from emmet.core.types.typing import format_identifier

    database = mongomock.MongoClient().mp
    for number, structure in enumerate(structures):
        # The database holds ids in their newer form; users see and name the older one.
        identity = format_identifier(f"mp-{number + 1}", legacy=False)
        stand_in = structure or crystals(1)[0]
        shared = _shared_fields(identity, stand_in)
        summary = shared | {"band_gap": number / 10, "structure": stand_in.as_dict()}
        if structure is None:
            del summary["structure"]
        database.summary.insert_one(summary)
        for scheme, shift in (("GGA_GGA+U", 0.0), ("GGA_GGA+U_R2SCAN", 5.0)):
            database.thermo.insert_one(
                shared
                | {
                    "thermo_id": f"{identity}_{scheme}",
                    "thermo_type": scheme,
                    "formation_energy_per_atom": shift - number / 100,
                    "energy_above_hull": shift + number / 1000,
                }
            )
    resources = [
        summary_resource(_store(database.summary, "material_id")),
        thermo_resource(_store(database.thermo, "thermo_id")),
    ]
    return MAPI({"materials": resources}).app


def _shared_fields(identity: str, structure: Structure) -> dict[str, Any]:
    composition = structure.composition
    return {
        "material_id": identity,
        "formula_pretty": composition.reduced_formula,
        "formula_anonymous": composition.anonymized_formula,
        "chemsys": composition.chemical_system,
        "elements": sorted(element.symbol for element in composition.elements),
        "nelements": len(composition.elements),
        "nsites": len(structure),
        "volume": structure.volume,
        "composition": composition.as_dict(),
        "composition_reduced": composition.reduced_composition.as_dict(),
        "deprecated": False,
        "builder_meta": {"license": "BY-C", "batch_id": None},
        "last_updated": "2026-01-01T00:00:00",
    }


class _Cursor:
    def __init__(self, documents: Any) -> None:
        self.documents = list(documents)

    async def to_list(self, length: int | None = None) -> list[Any]:
        return self.documents


class _AsyncCollection:
    """The three calls of an asynchronous collection that the server makes."""

    def __init__(self, collection: Any) -> None:
        self.collection = collection

    async def count_documents(self, query: Any, **_: Any) -> int:
        return int(self.collection.count_documents(query))

    async def estimated_document_count(self) -> int:
        return int(self.collection.estimated_document_count())

    async def aggregate(self, pipeline: Any, **_: Any) -> _Cursor:
        return _Cursor(self.collection.aggregate(pipeline))


def _store(collection: Any, key: str) -> SimpleNamespace:
    return SimpleNamespace(collection=_AsyncCollection(collection), key=key)


def optimade(structures: list[Structure], lines: Any) -> App:
    """The OPTIMADE reference server over `structures`, read from a file of JSON Lines.

    Structure n has `_test_energy`, −n/100; a page holds 20.
    """
    from optimade.adapters import Structure as Adapter

    rows = [json.dumps({"x-optimade": {"meta": {"api_version": "1.2.0"}}})]
    for number, structure in enumerate(structures):
        attributes = Adapter.ingest_from(structure, "pymatgen").attributes.model_dump(mode="json")
        attributes |= {"energy": -number / 100, "last_modified": "2026-01-01T00:00:00Z"}
        rows.append(
            json.dumps({"id": f"t-{number}", "type": "structures", "attributes": attributes})
        )
    lines.write_text("\n".join(rows) + "\n")
    return optimade_of(lines, "test", [{"name": "energy", "type": "float", "unit": "eV"}])


def optimade_of(lines: Path, prefix: str, fields: Sequence[dict[str, str]] | None = None) -> App:
    """The OPTIMADE reference server over a file of JSON Lines.

    fields: the provider's own; None: those that the file says it has, as optimade-maker serves it.
    """
    from optimade.server.config import ServerConfig
    from optimade.server.create_app import create_app

    if fields is None:
        told = json.loads(lines.read_text().splitlines()[1])["properties"]
        fields = [{"name": name, **entry} for name, entry in told.items() if name.startswith("_")]
    return create_app(
        ServerConfig(
            database_backend="mongomock",
            mongo_database=lines.stem,
            insert_test_data=False,
            insert_from_jsonl=lines,
            provider={
                "prefix": prefix,
                "name": "Test",
                "description": "Crystals of a test",
                "homepage": "https://example.com",
            },
            provider_fields={"structures": list(fields)},
        )
    )
