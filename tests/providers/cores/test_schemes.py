"""How PINs are written down where a core lets us at its records."""

import pytest

from watchword.providers.cores.schemes import Scheme, fits, written

BY_DJANGO = "pbkdf2_sha256$1000$seasalt$1NDOcCO1KZ4qSkn3Z1SKcoTG75pDyZVPEh3qCEB0qnk="


@pytest.mark.parametrize("scheme", list(Scheme))
def test_a_pin_fits_what_was_written_of_it_and_no_other_does(scheme: Scheme) -> None:
    kept = written(scheme, "0417")

    assert fits(scheme, kept, "0417")
    assert not fits(scheme, kept, "417")
    assert not fits(scheme, kept, "")


@pytest.mark.parametrize("scheme", [Scheme.PBKDF2_SHA256, Scheme.ARGON2ID])
def test_the_same_pin_is_never_written_the_same(scheme: Scheme) -> None:
    one, other = written(scheme, "0417"), written(scheme, "0417")

    assert one != other
    assert "0417" not in one.split("$")


@pytest.mark.parametrize("scheme", [Scheme.PBKDF2_SHA256, Scheme.ARGON2ID])
@pytest.mark.parametrize(
    "kept",
    ["", "0417", "$", "pbkdf2_sha256$99999999$salt$" + "A" * 43, "$argon2id$v=19$m=8,t=1,p=1$$"],
)
def test_what_cannot_be_read_fits_nobody(scheme: Scheme, kept: str) -> None:
    assert not fits(scheme, kept, "0417")
