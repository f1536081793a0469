"""Setting a PIN so that nobody is told more than is known."""

from watchword.features.cores.ports import BankingCore
from watchword.features.cores.rules import MemberRef, PinEnd, PinSet, PinState, PinUnknown
from watchword.foundation.secret import Secret


async def set_pin(core: BankingCore, ref: MemberRef, pin: Secret, expected: PinState) -> PinEnd:
    """Set a PIN once, and look whether it is there if the core did not say so."""
    return await settled(core, ref, pin, await core.set_pin(ref, pin, expected))


async def settled(core: BankingCore, ref: MemberRef, pin: Secret, ended: PinEnd) -> PinEnd:
    """Read back what has ended in doubt.

    That it is not there now does not mean that it never will be: what we have sent may still be on
    its way. So only its being there ends the doubt, and nothing is sent a second time.
    """
    if isinstance(ended, PinUnknown) and await core.has_pin(ref, pin):
        return PinSet()
    return ended
