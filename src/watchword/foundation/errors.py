"""Faults: what keeps us from answering at all. (A refusal is an answer, and is a value.)"""


class WatchwordError(Exception):
    """The root of every fault that we raise ourselves."""


class NotFound(WatchwordError):
    """There is no such thing, or not for this organisation; callers cannot tell which."""

    def __init__(self, kind: str) -> None:
        super().__init__(f"There is no such {kind}.")
        self.kind = kind
