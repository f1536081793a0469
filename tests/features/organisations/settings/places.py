"""Own values of any kind, as hypothesis draws them."""

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from watchword.features.organisations.settings.catalogue import FACTS, Own
from watchword.features.organisations.settings.sections import (
    Method,
    OptIn,
    Preset,
    Rank,
    SectionName,
)

VALUES: dict[str, SearchStrategy[object]] = {
    "preset": st.none() | st.sampled_from(Preset),
    "wallets_pulled_up_from": st.sampled_from(Rank),
    "methods": st.lists(st.sampled_from(Method), unique=True).map(tuple),
    "language": st.none() | st.sampled_from(["de", "en"]),
    "mark": st.sampled_from(["", "GS", "ÄÖÜ"]),
    "colour": st.none() | st.sampled_from(["#0b6e5f", "#000000"]),
    "colour_on_dark": st.none() | st.sampled_from(["#ffffff", "#aabbcc"]),
    "networks": st.lists(st.sampled_from(["192.0.2.0/24", "2001:db8::/48"])).map(tuple),
    "own_networks": st.lists(st.sampled_from(["192.0.2.0/24"])).map(tuple),
    "time_zone": st.none() | st.sampled_from(["Europe/Berlin"]),
    "idle_minutes": st.none() | st.integers(5, 60),
    "whole_hours": st.none() | st.integers(1, 12),
    "life_hours": st.integers(1, 720),
    "campaign_recipients": st.integers(1, 1_000_000),
    "recent_hours": st.integers(1, 720),
    "registrations_per_hour": st.integers(1, 600),
    "uses_by_staff": st.integers(0, 1_000),
    "uses_by_terminal": st.integers(0, 1_000),
    "uses_by_customer": st.integers(0, 1_000),
    "value_once": st.integers(0, 1_000_000),
    "value_a_day": st.integers(0, 1_000_000),
    "vouchers_by_customer": st.integers(1, 5),
    "value_by_customer": st.integers(1, 999_999),
    "vouchers_by_terminal": st.integers(1, 500),
    "value_by_terminal": st.integers(1, 999_999),
    "voucher_hours": st.integers(1, 336),
    "kit_hours": st.integers(1, 168),
    "grace_hours": st.integers(1, 720),
    "opt_in": st.sampled_from(OptIn),
    "opt_in_requests": st.integers(1, 5),
    "help_contact": st.none() | st.sampled_from(["help@example.org"]),
    "offers_from": st.integers(8, 20),
    "offers_until": st.integers(9, 21),
    "opens": st.integers(0, 23),
    "closes": st.integers(1, 24),
    "telephone": st.none() | st.sampled_from(["089 1234567"]),
    "privacy_notice": st.none() | st.sampled_from(["https://www.example.org/privacy"]),
    "embed_origins": st.lists(
        st.sampled_from(["https://example.org", "https://a.example.org"])
    ).map(tuple),
}


def owns(section: SectionName, *, at_a_location: bool = False) -> SearchStrategy[Own]:
    """Give what a place may have of its own: any part of the section."""
    fields = {
        name: VALUES.get(name, st.booleans())
        for name, fact in FACTS[section].items()
        if fact.per_location or not at_a_location
    }
    own: SearchStrategy[Own] = st.fixed_dictionaries({}, optional=fields)  # type: ignore[arg-type]
    return own
