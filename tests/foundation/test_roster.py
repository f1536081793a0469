"""Who is at work, and who should be and is not."""

from watchword.foundation.roster import SILENT_AFTER, Roster


class Steady:
    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def test_whoever_turns_to_its_work_is_well() -> None:
    clock = Steady()
    roster = Roster(clock)
    roster.joins("lane mail")
    clock.seconds = SILENT_AFTER - 1
    roster.turns("lane mail")
    clock.seconds = 2 * SILENT_AFTER - 2

    assert roster.missing == []


def test_whoever_is_silent_for_long_is_missing_until_it_turns_again() -> None:
    clock = Steady()
    roster = Roster(clock)
    roster.joins("lane mail")
    clock.seconds = SILENT_AFTER
    silent = roster.missing
    roster.turns("lane mail")

    assert (silent, roster.missing) == (["lane mail"], [])


def test_whoever_has_ended_is_missing_at_once() -> None:
    roster = Roster(Steady())
    roster.joins("sweeper")
    roster.ends("sweeper")

    assert roster.missing == ["sweeper"]
    assert not roster.look()["sweeper"].is_there


def test_whoever_was_sent_home_is_not() -> None:
    roster = Roster(Steady())
    roster.joins("sweeper")
    roster.ends("sweeper")
    roster.goes_home("sweeper")

    assert (roster.missing, roster.look()) == ([], {})


def test_whoever_was_never_here_cannot_be_missing() -> None:
    roster = Roster(Steady())
    roster.ends("nobody")

    assert roster.missing == []
