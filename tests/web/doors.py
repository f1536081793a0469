"""The doors of the house. To put them up takes longer than most tests, so tests share them."""

from functools import cache

from litestar import Litestar

from watchword.web.app import opened, put_up
from watchword.web.doors import Doors
from watchword.web.joining.pace import Pace
from watchword.wiring import Services


def doors_to(services: Services) -> Litestar:
    """Let the doors of all tests lead to the services of this one. There is one at a time.

    They answer at once: how long answers to strangers take is tried by itself.
    """
    return opened(_shared(), services, Pace(beat=0))


@cache
def _shared() -> Doors:
    return put_up()
