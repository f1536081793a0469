"""Card numbers: a slip is told from a number before anybody is looked for."""

from watchword.features.cards.numbers import draw_number, is_slip
from watchword.foundation.secret import Secret


def test_a_slip_is_told_by_its_form_alone() -> None:
    drawn = draw_number(lambda most: most // 3).reveal()
    wrong = drawn[:-1] + str((int(drawn[-1]) + 1) % 10)

    assert not is_slip(Secret(drawn))
    assert is_slip(Secret(wrong))
    assert not is_slip(Secret("402177880131"))
    assert not is_slip(Secret("A1B2"))
