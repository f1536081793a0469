"""The parts that meet where something is sold: points, rewards, tills and redemptions."""

from dataclasses import dataclass

from watchword.features.challenges.displays.service import Displays
from watchword.wiring.points import PointServices
from watchword.wiring.tills import TillServices


@dataclass(frozen=True, slots=True, kw_only=True)
class SellingServices:
    """All that doors may ask where something is sold."""

    points: PointServices
    displays: Displays
    tills: TillServices
