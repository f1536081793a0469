"""A full disk: nothing is acknowledged that was not kept, and nobody has to start us again."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from httpx import Response

from tests.journeys.installation import Served, install, new_key, serving
from watchword.features.organisations.rules import Mode


@contextmanager
def full_disk(served: Served, database: Path) -> Iterator[None]:
    """Let no file of the server grow larger than the log of its database is now."""
    pid = served.process.pid
    limits = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    size = database.with_name(f"{database.name}-wal").stat().st_size
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, limits[1]))
    try:
        yield
    finally:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, limits)


async def test_on_a_full_disk_requests_are_refused_until_there_is_room(tmp_path: Path) -> None:
    database = tmp_path / "watchword.db"
    place = await install(tmp_path, f"sqlite:///{database}", work={"in_server": False})
    async with serving(place, await new_key(place, Mode.TEST)) as served:
        kept = [(await served.open()).id]
        with full_disk(served, database):
            refused = await _open_until_refused(served, kept)
            health = [await served.client.get(f"/health/{name}") for name in ("live", "ready")]
        kept.append((await served.open()).id)
        found = [(await served.client.get(f"/v1/challenges/{id}")).status_code for id in kept]

    assert refused.status_code == 503
    assert refused.headers["content-type"] == "application/problem+json"
    assert [reply.status_code for reply in health] == [200, 200]
    assert found == [200] * len(kept)


async def _open_until_refused(served: Served, kept: list[UUID]) -> Response:
    for _ in range(200):
        body = {"purpose": "wallet_signin", "to": {"phone": "+491701234567"}}
        reply = await served.client.post("/v1/challenges", json=body)
        if reply.status_code != 201:
            return reply
        kept.append(UUID(reply.json()["id"]))
    raise AssertionError("The disk was never full.")
