"""What may be wrong with settings beyond the kind of a value."""

import re
from collections.abc import Mapping

from watchword.features.abuse.rulesets import find_faults as find_abuse_faults
from watchword.features.challenges.policies import find_faults
from watchword.features.contacts.channels import Channel
from watchword.features.delivery.paces.rules import PER_SECOND_AT_MOST
from watchword.features.delivery.routes import FOLDER, SANDBOX
from watchword.features.organisations.rules import SLUG
from watchword.features.privacy.keeping import find_faults as find_keeping_faults
from watchword.features.routing.rules import find_faults as find_plan_faults
from watchword.foundation.networks import all_read
from watchword.providers.channels.network import check_url, is_loopback
from watchword.providers.channels.twilio_account import TwilioAccount
from watchword.providers.originals.settings import OriginalSettings
from watchword.providers.sign_on.settings import OidcSettings
from watchword.settings.meanings import keeping, place_of, plans, policy, routes
from watchword.settings.sections import (
    DRAWING,
    FastAgiSettings,
    ProviderSettings,
    Settings,
)

PUBLIC_URL = re.compile(r"https?://[A-Za-z0-9.\-\[\]:]+")
LONGEST_TIMEOUT = 20.0  # seconds
TOKEN_AT_LEAST = 16  # characters
MOST_WRONG = 100
"""Wrong answers, in an hour as in a row: NIST SP 800-63B-4, section 3.2.2."""


def _faults_of_figures(settings: Settings) -> list[str]:
    faults = [
        f"purposes.{purpose}: {fault}"
        for purpose in settings.purposes
        for fault in find_faults(policy(purpose, settings.purposes[purpose]))
    ]
    if not settings.database.url.startswith(("sqlite:///", "postgresql://")):
        faults.append("database.url begins with sqlite:/// or postgresql://.")
    chosen = settings.limits
    if not 1 <= chosen.wrong_in_a_row <= MOST_WRONG:
        faults.append(f"limits.wrong_in_a_row is 1 to {MOST_WRONG}.")
    if not 1 <= chosen.wrong_per_hour <= MOST_WRONG:
        faults.append(f"limits.wrong_per_hour is 1 to {MOST_WRONG}.")
    if min(chosen.sends_per_hour, chosen.sends_per_day) < 1:
        faults.append("limits.sends_per_hour and limits.sends_per_day are 1 or more.")
    if chosen.letters_per_month < 1:
        faults.append("limits.letters_per_month is 1 or more.")
    if not 1 <= settings.work.concurrency <= 500:  # noqa: PLR2004 - said in the sentence
        faults.append("work.concurrency is 1 to 500.")
    return faults


def _faults_of_web(settings: Settings) -> list[str]:
    faults, web = [], settings.web
    if not 0 <= web.port <= 65535:  # noqa: PLR2004 - said in the sentence
        faults.append("web.port is 0 to 65535; 0 takes a free one.")
    if web.trusted_hops < 0:
        faults.append("web.trusted_hops is 0 or more: how many proxies of yours stand in front.")
    if not PUBLIC_URL.fullmatch(web.public_url):
        faults.append(
            "web.public_url is like https://codes.example.org, without a slash at the end."
        )
    return faults


def _faults_of_webhooks(settings: Settings) -> list[str]:
    faults, chosen = [], settings.webhooks
    if not chosen.ports or not all(1 <= port <= 65535 for port in chosen.ports):  # noqa: PLR2004
        faults.append("webhooks.ports has ports, each 1 to 65535.")
    if not 8 <= chosen.concurrency <= 1000:  # noqa: PLR2004 - said in the sentence
        faults.append("webhooks.concurrency is 8 to 1000.")
    return faults


def _faults_of_console(settings: Settings) -> list[str]:
    faults, chosen = [], settings.console
    if not 1 <= chosen.idle_minutes <= 24 * 60:
        faults.append("console.idle_minutes is 1 to 1440.")
    if not 1 <= chosen.whole_hours <= 24 * 30:
        faults.append("console.whole_hours is 1 to 720.")
    return faults


def _faults_of_metrics(settings: Settings) -> list[str]:
    faults, chosen = [], settings.metrics
    if chosen.listen is not None:
        place = place_of(chosen.listen)
        if place is None:
            faults.append("metrics.listen is an address and a port, such as 127.0.0.1:9464.")
        elif chosen.token is None and not is_loopback(place[0]):
            faults.append(
                "metrics.listen is open to others, so set metrics.token, or listen at 127.0.0.1."
            )
    if chosen.token is not None and len(chosen.token.reveal()) < TOKEN_AT_LEAST:
        faults.append(f"metrics.token has {TOKEN_AT_LEAST} characters or more.")
    return faults


def _faults_of_tracing(settings: Settings) -> list[str]:
    faults, chosen = [], settings.tracing
    if chosen.endpoint is not None:
        try:
            # What is sent there holds nothing that a listener could use.
            check_url("tracing.endpoint", chosen.endpoint, allow_clear=True)
        except ValueError as fault:
            faults.append(str(fault).replace("`", ""))
    if not 0 < chosen.ratio <= 1:
        faults.append("tracing.ratio is more than 0 and at most 1.")
    return faults


def _faults_of_ledger(settings: Settings) -> list[str]:
    copies = settings.ledger.copies
    if copies is None or copies.startswith("/"):
        return []
    return ["ledger.copies is the whole path of a folder: it begins with /."]


def _faults_of_retention(settings: Settings) -> list[str]:
    return [f"retention.{fault}" for fault in find_keeping_faults(keeping(settings))]


def _faults_of_sign_on(settings: Settings) -> list[str]:
    return _faults_of_far_sides("sso", settings.sso)


def _faults_of_originals(settings: Settings) -> list[str]:
    return _faults_of_far_sides("originals", settings.originals)


def _faults_of_far_sides(
    section: str, chosen: Mapping[str, OidcSettings] | Mapping[str, OriginalSettings]
) -> list[str]:
    """Look over what is set for organisations by their short names, and is waited for."""
    faults = [
        f"{section}.{slug}: the short name of an organisation has a-z, 0-9 and hyphens."
        for slug in chosen
        if not SLUG.fullmatch(slug)
    ]
    return faults + [
        f"{section}.{slug}.timeout_seconds is more than 0 and {LONGEST_TIMEOUT:g} at most."
        for slug, each in chosen.items()
        if not 0 < each.timeout_seconds <= LONGEST_TIMEOUT
    ]


def _faults_of_abuse(settings: Settings) -> list[str]:
    faults = find_abuse_faults(settings.abuse, has_prices=settings.prices.has_any)
    days = "" if 1 <= settings.abuse.keep_days <= 400 else "keep_days is 1 to 400."  # noqa: PLR2004
    return [f"abuse.{fault}" for fault in [*faults, days] if fault]


def _faults_of_providers(settings: Settings) -> list[str]:
    return [
        f"providers.{name}.timeout_seconds is more than 0 and {LONGEST_TIMEOUT:g} at most, so that "
        "a message is settled before its lease runs out."
        for name, provider in settings.providers.items()
        if not 0 < provider.timeout_seconds <= LONGEST_TIMEOUT
    ]


def _faults_of_cores(settings: Settings) -> list[str]:
    faults = [
        f"cores.{name}: the name of a core has a-z, 0-9 and hyphens."
        for name in settings.cores
        if not SLUG.fullmatch(name)
    ]
    return faults + [
        f"cores.{name}.timeout_seconds is more than 0 and {LONGEST_TIMEOUT:g} at most."
        for name, core in settings.cores.items()
        if not 0 < core.timeout_seconds <= LONGEST_TIMEOUT
    ]


def _faults_of_telephone(settings: Settings) -> list[str]:
    chosen = settings.telephone
    named = [
        ("twiml.accounts", chosen.twiml.accounts),
        ("voicexml.passwords", chosen.voicexml.passwords),
    ]
    faults = [
        f"{where}.{slug}: the short name of an organisation has a-z, 0-9 and hyphens."
        for where, mapping in named
        for slug in mapping
        if not SLUG.fullmatch(slug)
    ]
    faults += _faults_of_fastagi(chosen.fastagi)
    faults += [
        f"twiml.accounts.{slug}: providers.{name} is none of Twilio's with an auth_token."
        for slug, name in chosen.twiml.accounts.items()
        if not _signs(settings.providers.get(name))
    ]
    faults += [
        f"voicexml.passwords.{slug} has {TOKEN_AT_LEAST} characters or more."
        for slug, password in chosen.voicexml.passwords.items()
        if len(password.reveal()) < TOKEN_AT_LEAST
    ]
    return [f"telephone.{fault}" for fault in faults]


def _faults_of_fastagi(chosen: FastAgiSettings) -> list[str]:
    faults = []
    if chosen.listen is not None:
        if place_of(chosen.listen) is None:
            faults.append("fastagi.listen is an address and a port, such as 127.0.0.1:4573.")
        if not (chosen.sounds or "").startswith("/"):
            faults.append("fastagi.sounds is the whole path of a folder: it begins with /.")
    if not chosen.networks or all_read(chosen.networks) is None:
        faults.append("fastagi.networks has networks, such as 192.0.2.0/24.")
    if not 80 <= chosen.speed <= 300:  # noqa: PLR2004 - said in the sentence
        faults.append("fastagi.speed is 80 to 300 words in a minute.")
    return faults


def _signs(provider: ProviderSettings | None) -> bool:
    """Say whether what comes by a provider can be told from what a stranger sends."""
    return isinstance(provider, TwilioAccount) and provider.auth_token is not None


def _faults_of_plans(settings: Settings) -> list[str]:
    live = routes(settings).live
    served = {(channel, str(name)) for channel, names in live.items() for name in names}
    return [
        f"purposes.{purpose}.plan: {fault}"
        for purpose, plan in plans(settings).items()
        for fault in find_plan_faults(plan, served)
    ]


def _faults_of_routes(settings: Settings) -> list[str]:
    faults = []
    if SANDBOX in settings.providers:
        faults.append(f"providers.{SANDBOX}: the name is taken by the sandbox itself.")
    if FOLDER in settings.providers:
        faults.append(f"providers.{FOLDER}: the name is taken by the letters that wait here.")
    faults += [
        f"providers.{name}: it carries texts, and a letter is drawn. Without a service for "
        "letters, they wait in the console to be printed."
        for name, kind in settings.providers.items()
        if Channel.LETTER in kind.channels and not isinstance(kind, DRAWING)
    ]
    for channel, names in settings.channels.items():
        for name in names:
            provider = settings.providers.get(name)
            if (channel, name) == (Channel.LETTER, FOLDER):
                continue
            if provider is None:
                faults.append(f"channels.{channel}: there is no providers.{name}.")
            elif channel not in provider.channels:
                faults.append(f"channels.{channel}: {name} does not serve it.")
    return faults


def _faults_of_paces(settings: Settings) -> list[str]:
    paces = settings.work.bulk_per_second
    unknown = [
        f"work.bulk_per_second: there is no providers.{name}."
        for name in paces
        if name not in settings.providers
    ]
    return unknown + [
        f"work.bulk_per_second.{name} is more than 0 and {PER_SECOND_AT_MOST:g} at most."
        for name, per_second in paces.items()
        if not 0 < per_second <= PER_SECOND_AT_MOST
    ]


FINDERS = (
    _faults_of_ledger,
    _faults_of_routes,
    _faults_of_figures,
    _faults_of_web,
    _faults_of_console,
    _faults_of_sign_on,
    _faults_of_retention,
    _faults_of_metrics,
    _faults_of_tracing,
    _faults_of_webhooks,
    _faults_of_providers,
    _faults_of_paces,
    _faults_of_cores,
    _faults_of_originals,
    _faults_of_telephone,
    _faults_of_plans,
    _faults_of_abuse,
)
"""What looks for faults: the next one only where the one before has found none."""
