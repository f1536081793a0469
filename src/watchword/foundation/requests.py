"""The name of the request that is being answered: lines of the log carry it."""

from contextvars import ContextVar

answering: ContextVar[str | None] = ContextVar("request that is being answered", default=None)
"""The id of a request: of ours, or one that a proxy of ours has given it."""
