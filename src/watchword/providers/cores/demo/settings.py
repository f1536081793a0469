"""How a core in memory is set up: for trials, for tests, and for the call simulator."""

from enum import StrEnum

from watchword.features.cores.rules import PinMode
from watchword.providers.cores.belonging import Belonging


class Condition(StrEnum):
    """How the core feels, so that bad days can be tried on good ones."""

    WELL = "well"
    DOWN = "down"
    MAINTENANCE = "maintenance"
    SLOW = "slow"
    """What is asked gets no answer in time; what is written may be there afterwards."""
    LOSES_ANSWERS = "loses_answers"
    """It does what it is asked to write, and never says so."""


class DemoSettings(
    Belonging,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    tag_field="kind",
    tag="demo",
):
    file: str | None = None
    """A table (CSV) of members. Without it, those that come along, of whom nobody exists."""
    pin_mode: PinMode = PinMode.CLEAR
    pins_are_per_person: bool = False
    """Else the holders of an account share the PIN of the first."""
    tries: int = 5
    """Wrong PINs in a row, until the member is locked."""
    reserved_pins: tuple[str, ...] = ()
    condition: Condition = Condition.WELL
    timeout_seconds: float = 5.0

    def __post_init__(self) -> None:
        Belonging.__post_init__(self)
        if not 1 <= self.tries <= 100:  # noqa: PLR2004 - said in the sentence
            raise ValueError("`tries` is 1 to 100.")
