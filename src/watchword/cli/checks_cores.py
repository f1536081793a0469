"""What the doctor asks banking cores."""

from collections.abc import Sequence

from watchword.cli.cores import ailment_of
from watchword.cli.findings import Finding, failed, ok, wrong
from watchword.cli.office import Office
from watchword.foundation.errors import WatchwordError
from watchword.settings import Settings


async def check_cores(office: Office, settings: Settings) -> Sequence[Finding]:
    """Ask each core how it is. Without them nobody gets through on the telephone."""
    return [await _check_core(office, settings, name) for name in sorted(settings.cores)]


async def _check_core(office: Office, settings: Settings, name: str) -> Finding:
    check = f"core {name}"
    try:
        core = office.core_alone(settings, name)
    except WatchwordError as fault:
        return failed(check, fault)
    except OSError as fault:
        cause = f"It cannot be opened: {fault.strerror or 'a file is no certificate'}"
        return wrong(check, cause, f"Mend the files that [cores.{name}] names.")
    try:
        is_well = await core.is_well()
    finally:
        await core.close()
    if is_well:
        return ok(check, "It answers")
    cause = f"It does not answer: {ailment_of(core) or 'it does not say why'}"
    return wrong(check, cause, f"See what [cores.{name}] says, and ask whoever runs the core.")
