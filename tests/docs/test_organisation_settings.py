"""The page of what organisations decide: every setting is there, as it is, and nothing else."""

import pytest

from tests.docs.manual import page
from watchword.features.organisations.settings.catalogue import FACTS, SECTIONS, values_of
from watchword.features.organisations.settings.presets import PRESETS
from watchword.features.organisations.settings.rules import said
from watchword.features.organisations.settings.sections import Preset, SectionName

PAGE = page("reference/organisation-settings.md")
ROWS = {row[0].strip("`"): row[1:5] for row in PAGE.section("The settings").rows}


def test_every_setting_is_told_of_and_nothing_else() -> None:
    assert [*ROWS] == [f"{section}.{field}" for section in SectionName for field in FACTS[section]]


@pytest.mark.parametrize("section", SectionName)
def test_each_is_told_of_as_it_is(section: SectionName) -> None:
    defaults = values_of(SECTIONS[section]())

    for field, fact in FACTS[section].items():
        assert ROWS[f"{section}.{field}"] == [
            said(defaults[field]),
            "yes" if fact.touches_everyone else "",
            "yes" if fact.per_location else "",
            fact.reader,
        ]


def test_every_preset_is_told_of() -> None:
    assert PAGE.section("The presets").named == [*Preset] == [*PRESETS]


def test_the_truth_table_has_all_its_rows() -> None:
    assert len([*PAGE.section("What works when somebody redeems").rows]) == 6
