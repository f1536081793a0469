"""What three trades usually begin with. Each is data: values that lie below the organisation's own.

No preset decides what needs a second person, nor from where staff may come: whoever chooses one
must not find themselves shut out.
"""

from collections.abc import Mapping

from watchword.features.organisations.settings.catalogue import NOTHING, Own
from watchword.features.organisations.settings.sections import Method, Preset, SectionName

PRESETS: Mapping[Preset, Mapping[SectionName, Own]] = {
    Preset.RETAIL_LOYALTY: {
        SectionName.VERIFICATION: {"methods": (Method.SMS, Method.EMAIL, Method.IN_STORE)},
        SectionName.REDEMPTION: {
            "show_in_wallet": True,
            "copy_to_email": True,
            "master_pin": True,
        },
    },
    Preset.GARDEN_CENTRE: {
        SectionName.VERIFICATION: {
            "methods": (
                *(Method.SMS, Method.EMAIL, Method.WHATSAPP),
                *(Method.LETTER, Method.IN_STORE, Method.PHONE),
            ),
            "other_for_staff": True,
        },
        SectionName.JOINING: {"open": True},
        SectionName.REDEMPTION: {"show_in_wallet": True},
        SectionName.MESSAGES: {"language": "de"},
    },
    Preset.CREDIT_UNION: {
        SectionName.VERIFICATION: {
            "methods": (Method.LETTER, Method.PHONE, Method.IN_STORE, Method.SMS)
        },
        SectionName.REDEMPTION: {"customer_pins": False},
        SectionName.ACCESS: {"idle_minutes": 15, "whole_hours": 8},
    },
}


def layer_of(preset: Preset | None, section: SectionName) -> Own:
    """Give what a preset says in a section."""
    return NOTHING if preset is None else PRESETS[preset].get(section, NOTHING)
