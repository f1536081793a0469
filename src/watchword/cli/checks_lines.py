"""What the doctor looks at of lines: whether a call would be answered, and by what can work."""

from collections.abc import Mapping, Sequence

from watchword.cli.findings import Finding, ok, warning, wrong
from watchword.cli.office import Office
from watchword.features.activation.profiles.rules import find_faults
from watchword.features.activation.profiles.service import Profilebook, Profiles
from watchword.features.cores.rules import OWN, CoreName, CoreTraits
from watchword.features.organisations.rules import Organisation
from watchword.foundation.errors import WatchwordError
from watchword.foundation.storage import Storage
from watchword.providers.cores.own import TRAITS
from watchword.settings import Settings

CONSOLE = "Mend it in the console, under Telephone"


async def check_lines(
    storage: Storage, office: Office, settings: Settings, organisations: Sequence[Organisation]
) -> Sequence[Finding]:
    """Look at the line of each organisation, and at platforms that call for one."""
    traits = await _traits(office, settings)
    profiles = Profiles(
        storage=storage,
        traits_of=traits.get,
        is_theirs=lambda organisation, name: is_theirs(settings, organisation, name),
    )
    found = [_check_platforms(settings, organisations)]
    for organisation in organisations:
        book = await profiles.all(organisation.id)
        found.append(check_line(settings, organisation, book, traits))
    return [each for each in found if each is not None]


def is_theirs(settings: Settings, organisation: Organisation, name: CoreName) -> bool:
    chosen = settings.cores.get(name)
    return name == OWN or (chosen is not None and organisation.slug in chosen.organisations)


def check_line(
    settings: Settings,
    organisation: Organisation,
    book: Profilebook,
    traits: Mapping[CoreName, CoreTraits],
) -> Finding | None:
    """Say whether calls can be held; nothing, if none are meant to come."""
    check, chosen = f"line {organisation.slug}", book.line.settings
    if chosen.profile_id is None:
        return _check_unanswered(settings, organisation.slug)
    if chosen.core is None:
        cause = "A profile answers calls, and no banking core is chosen: nobody gets through"
        return wrong(check, cause, f"{CONSOLE}, PIN rules and line.")
    if not is_theirs(settings, organisation, chosen.core):
        return wrong(
            check,
            f"It asks the core {chosen.core}, which is not there for {organisation.slug}",
            f"Name {organisation.slug} under [cores.{chosen.core}] organisations, or choose "
            "another one in the console.",
        )
    if chosen.core not in traits:
        cause = f"Nobody can say what runs: the core {chosen.core} cannot be opened"
        return wrong(check, cause, f"See what is said of core {chosen.core}.")
    return _check_profiles(check, book)


def _check_profiles(check: str, book: Profilebook) -> Finding:
    broken = {
        each.terms.name: [str(fault.flaw) for fault in faults]
        for each in book.profiles
        if (faults := find_faults(each.terms, book.around[each.id]))
    }
    if broken:
        said = "; ".join(f"{name}: {', '.join(flaws)}" for name, flaws in broken.items())
        return wrong(check, f"Profiles cannot run as they are ({said})", f"{CONSOLE}, Profiles.")
    off = sum(len(book.offs(each)) for each in book.profiles)
    if off:
        cause = f"{off} scenarios are in profiles and do not run on this core"
        return warning(check, cause, "See which in the console, under Telephone, Profiles.")
    return ok(check, "A profile answers calls, and all that it needs is there")


def _check_unanswered(settings: Settings, slug: str) -> Finding | None:
    if slug not in _called(settings):
        return None
    cause = "A platform asks for it, and no profile is chosen that answers calls"
    return warning(f"line {slug}", cause, f"{CONSOLE}, PIN rules and line.")


def _check_platforms(settings: Settings, organisations: Sequence[Organisation]) -> Finding | None:
    lost = _called(settings) - {each.slug for each in organisations}
    if not lost:
        return None
    return wrong(
        "lines",
        f"Calls would come for organisations that are not there: {', '.join(sorted(lost))}",
        "Look at the short names under [telephone.twiml] and [telephone.voicexml].",
    )


def _called(settings: Settings) -> set[str]:
    chosen = settings.telephone
    return {*chosen.twiml.accounts, *chosen.voicexml.passwords}


async def _traits(office: Office, settings: Settings) -> Mapping[CoreName, CoreTraits]:
    """Say what each core can do that can be opened; what cannot, is told of elsewhere."""
    found = {OWN: TRAITS}
    for name in settings.cores:
        try:
            core = office.core_alone(settings, name)
        except (WatchwordError, OSError):
            continue
        found[CoreName(name)] = core.traits
        await core.close()
    return found
