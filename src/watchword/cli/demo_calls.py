"""Calls on the line of the demonstration, so that its reports have something to tell.

They are calls as any: what is typed goes through the dialogue and the core in memory, and the code
comes from the sandbox. What the reports say was counted, and stands nowhere else.
"""

import asyncio
from collections.abc import Sequence
from itertools import chain

from watchword.cli.demo_telephone import ACTOR
from watchword.features.activation.dialogue.steps import (
    EndedBy,
    Event,
    HungUp,
    Typed,
)
from watchword.features.calls.conduct.service import Begun
from watchword.features.calls.history import Answer
from watchword.features.calls.rules import Door, Incoming
from watchword.features.clients.rules import Caller, Operator
from watchword.features.organisations.rules import Organisation
from watchword.foundation.secret import Secret
from watchword.wiring import Services

LANGUAGE = "en"
CODE = "code"
"""Stands for the code that was sent to the caller."""
CALLS: Sequence[Sequence[str]] = (
    ("500122", "4967", "07291986", CODE, "482913", "482913"),  # a first PIN
    ("500177", "5406", "06051938", CODE, "730592", "730592"),  # another first PIN
    ("500353", "0", "05061981", CODE, "619405", "619405"),  # has none yet
    ("500276", "5927"),  # a PIN of their own, and through
    ("500287", "20861"),
    ("500298", "904713"),
    ("500133", "5580", "02081949"),  # hangs up before the code
    ("500199", "2222"),  # hangs up when asked for more
    ("500320", "111222", "500320", "222111", "500320", "121212"),  # to a person
    ("500100",),  # hangs up at once
)
LOOKS, LOOK_EVERY = 40, 0.25  # seconds


async def ring(services: Services, organisation: Organisation) -> None:
    """Call as sample members, unless somebody has called already; the workers are at work."""
    caller = Operator(name=ACTOR, organisation=organisation)
    there = await services.telephone.register.page(organisation.id, None, 1)
    if there.items:
        return
    await services.telephone.surveys.switch(caller, is_on=True)
    for keys in CALLS:
        await _call(services, caller, keys)


async def _call(services: Services, caller: Caller, keys: Sequence[str]) -> None:
    conduct = services.telephone.conduct
    before = len(await services.sandbox.look(caller.organisation.id))
    begun = await conduct.begin(caller, Incoming(door=Door.TURNS, language=LANGUAGE))
    if not isinstance(begun, Begun):
        return
    spoken = begun.spoken
    for each in chain(keys, [None]):
        if not isinstance(spoken, Answer) or spoken.token is None:
            return
        event: Event = HungUp()
        if each is not None:
            typed = await _code(services, caller, before) if each == CODE else Secret(each)
            event = Typed(typed, EndedBy.TERMINATOR)
        spoken = await conduct.hear(caller, Door.TURNS, begun.id, spoken.token.reveal(), event)


async def _code(services: Services, caller: Caller, before: int) -> Secret:
    """Read the code that has come to the sandbox since then."""
    for _ in range(LOOKS):
        messages = await services.sandbox.look(caller.organisation.id)
        new = messages[: len(messages) - before]
        if found := next((each.code for each in new if each.code is not None), None):
            return found
        await asyncio.sleep(LOOK_EVERY)
    return Secret("")
