"""How settings inherit: what must hold for any house, preset, organisation and location."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.features.organisations.settings.places import owns
from watchword.features.organisations.rules import LocationId
from watchword.features.organisations.settings.catalogue import (
    FACTS,
    PARTIAL,
    SECTIONS,
    Own,
    read_own,
    values_of,
)
from watchword.features.organisations.settings.changing.rules import (
    Change,
    read_change,
    read_ground,
    versions_of,
    write_change,
)
from watchword.features.organisations.settings.faults import Circumstances, find_faults
from watchword.features.organisations.settings.layers import (
    Ground,
    Layer,
    Layers,
    Origin,
    trimmed,
)
from watchword.features.organisations.settings.presets import PRESETS, layer_of
from watchword.features.organisations.settings.rules import differences, rebased
from watchword.features.organisations.settings.sections import Preset, SectionName
from watchword.foundation.ids import new_id

BERLIN = LocationId(new_id())
INHERITING = [name for name in SectionName if name is not SectionName.BASIS]
HOUSE = Circumstances(locales=("de", "en"), idle_minutes=60, whole_hours=12, deciders=0)


@st.composite
def stacks(draw: st.DrawFn) -> Layers:
    """Draw a section of a location that stands on all the layers that there are."""
    section = draw(st.sampled_from(INHERITING))
    return Layers(
        section=section,
        location=BERLIN,
        basis=Layer(own=draw(owns(SectionName.BASIS)), version=draw(st.integers(0, 9))),
        organisation=Layer(own=draw(owns(section)), version=draw(st.integers(0, 9))),
        here=Layer(own=draw(owns(section, at_a_location=True)), version=draw(st.integers(0, 9))),
    )


@given(stacks())
def test_the_nearest_layer_that_names_a_field_counts(layers: Layers) -> None:
    assert layers.here is not None
    preset = layer_of(layers.basis.own.get("preset"), layers.section)  # type: ignore[arg-type]
    house = values_of(SECTIONS[layers.section]())
    stack = [
        (Origin.LOCATION, layers.here.own),
        (Origin.ORGANISATION, layers.organisation.own),
        (Origin.PRESET, preset),
        (Origin.HOUSE, house),
    ]

    for field, value in values_of(layers.effective).items():
        origin, expected = next((name, own[field]) for name, own in stack if field in own)
        assert value == expected
        assert layers.origin(field) is origin


@given(stacks())
def test_a_place_without_anything_of_its_own_is_as_what_lies_below(layers: Layers) -> None:
    assert layers.with_own({}) == layers.inherited
    assert values_of(layers.with_own(values_of(layers.inherited))) == values_of(layers.inherited)


@given(stacks())
def test_a_form_that_nobody_touched_changes_nothing(layers: Layers) -> None:
    untouched = trimmed(layers, values_of(layers.effective))

    assert values_of(layers.with_own(untouched)) == values_of(layers.effective)
    assert untouched == layers.own
    assert differences(layers, untouched) == ()


@given(stacks(), st.data())
def test_a_form_is_kept_as_it_was_filled_in(layers: Layers, data: st.DataObject) -> None:
    typed = {**values_of(layers.effective), **data.draw(owns(layers.section))}

    own = trimmed(layers, typed)

    assert values_of(layers.with_own(own)) == typed
    assert {each.field for each in differences(layers, own)} >= {
        field for field, value in typed.items() if value != values_of(layers.effective)[field]
    }


@given(stacks())
def test_what_is_given_back_is_inherited_again(layers: Layers) -> None:
    back = frozenset(layers.own)

    own = trimmed(layers, values_of(layers.effective), back)

    assert values_of(layers.with_own(own)) == values_of(layers.inherited)
    assert {each.field for each in differences(layers, own)} == back


@given(stacks(), st.data())
def test_of_two_who_type_at_once_neither_loses_anything(
    layers: Layers, data: st.DataObject
) -> None:
    base = values_of(layers.effective)
    mine = {**base, **data.draw(owns(layers.section))}
    theirs = {**base, **data.draw(owns(layers.section))}

    merged, both = rebased(base, mine, theirs)

    for field, value in base.items():
        if mine[field] != value:
            assert merged[field] == mine[field]
        else:
            assert merged[field] == theirs[field]
        is_torn = mine[field] != value != theirs[field] and mine[field] != theirs[field]
        assert (field in both) == is_torn


@given(stacks())
def test_what_is_kept_is_read_as_it_was(layers: Layers) -> None:
    change = Change(
        section=layers.section, location=BERLIN, own=layers.organisation.own, ground=layers.ground
    )

    read = read_change(write_change(change))

    assert read == change
    assert {field: type(value) for field, value in read.own.items()} == {
        field: type(value) for field, value in change.own.items()
    }


@given(stacks())
def test_the_ground_names_the_version_of_each_layer(layers: Layers) -> None:
    assert layers.here is not None
    expected = [layers.basis.version, layers.organisation.version, layers.here.version]

    assert versions_of(read_ground(layers.ground)) == expected


@pytest.mark.parametrize("written", ["", "-", "1--2", "1-2-3-4", "a", "1-²", "9" * 50, "1-2\n"])
def test_what_is_no_ground_stands_on_nothing(written: str) -> None:
    assert read_ground(written) == Ground("")


@pytest.mark.parametrize("section", SectionName)
def test_every_field_says_what_it_touches_and_may_be_left_out(section: SectionName) -> None:
    assert {*FACTS[section]} == {*SECTIONS[section].__struct_fields__}
    assert read_own(section, {}) == {}
    assert PARTIAL[section].__struct_fields__ == SECTIONS[section].__struct_fields__


@pytest.mark.parametrize(
    ("section", "own"),
    [
        (SectionName.REDEMPTION, {"customer_pins": "yes"}),
        (SectionName.REDEMPTION, {"pins": True}),
        (SectionName.VERIFICATION, {"methods": ["fax"]}),
        (SectionName.ACCESS, {"idle_minutes": "15"}),
        (SectionName.MESSAGES, {"language": "x" * 65}),
        (SectionName.BASIS, {"preset": "casino"}),
    ],
)
def test_what_is_none_of_ours_is_not_read(section: SectionName, own: Own) -> None:
    with pytest.raises(msgspec.ValidationError):
        read_own(section, own)


@pytest.mark.parametrize("preset", Preset)
def test_each_preset_can_be_chosen_as_it_is(preset: Preset) -> None:
    for section, own in PRESETS[preset].items():
        layers = Layers(section=section, basis=Layer(own={"preset": preset}))

        assert read_own(section, own) == own
        assert values_of(layers.effective) == {**values_of(SECTIONS[section]()), **own}
        assert find_faults(layers.effective, HOUSE) == ()
        assert section not in {SectionName.BASIS, SectionName.APPROVALS}
        assert "networks" not in own
