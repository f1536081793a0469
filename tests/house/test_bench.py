"""The floor that we are measured against executes what we execute."""

from bench.drift import find_drift


async def test_the_floor_of_the_bench_does_what_we_do() -> None:
    assert await find_drift() == ""
