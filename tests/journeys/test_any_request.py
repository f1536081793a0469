"""The API against its own description, by a machine that tries what nobody has thought of.

`make drill` lets it try a thousand for each operation; DRILL_EXAMPLES sets the number.
"""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, STDOUT
from pathlib import Path

import pytest

from tests.journeys.installation import install, new_key, serving
from watchword.features.organisations.rules import Mode

EXPECTED = Path(__file__).with_name("schemathesis.toml")
EXAMPLES = os.environ.get("DRILL_EXAMPLES", "15")


@pytest.mark.timeout(600 + 5 * int(EXAMPLES))
async def test_no_request_breaks_the_api_or_its_description(tmp_path: Path) -> None:
    place = await install(tmp_path, f"sqlite:///{tmp_path / 'watchword.db'}")
    key = await new_key(place, Mode.TEST)
    async with serving(place, key) as served:
        described = (await served.client.get("/openapi.json")).json()
        code, said = await _try(f"{served.url}/openapi.json", key, tmp_path)

    assert code == 0, said
    assert f"Tested: {sum(map(len, described['paths'].values()))}" in said
    assert b"request.failed" not in place.log.read_bytes()


async def _try(url: str, key: str, folder: Path) -> tuple[int | None, str]:
    options = ["--config-file", str(EXPECTED), "run", url, "-H", f"Authorization: Bearer {key}"]
    options += ["--max-examples", EXAMPLES, "--seed", "1", "--no-color", "--continue-on-failure"]
    process = await asyncio.create_subprocess_exec(
        str(Path(sys.executable).with_name("schemathesis")),
        *options,
        stdout=PIPE,
        stderr=STDOUT,
        cwd=folder,
    )
    said, _ = await process.communicate()
    return process.returncode, said.decode()
