"""How far webhooks go, as the operator sets it."""

import pytest

from watchword.providers.webhooks.addresses import Fence
from watchword.settings import SettingsWrong, fence, parse


def test_without_any_setting_they_go_to_two_ports_of_the_internet() -> None:
    assert fence(parse({})) == Fence(allow_loopback=False, ports=(443, 8443), high_ports=False)


def test_what_is_set_is_what_holds() -> None:
    chosen = {"ports": [443], "high_ports": True, "allow_loopback": True}

    assert fence(parse({"webhooks": chosen})) == Fence(
        allow_loopback=True, ports=(443,), high_ports=True
    )


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ({"ports": []}, "webhooks.ports"),
        ({"ports": [0]}, "webhooks.ports"),
        ({"ports": [443, 65536]}, "webhooks.ports"),
        ({"concurrency": 7}, "webhooks.concurrency is 8 to 1000."),
        ({"concurrency": 1001}, "webhooks.concurrency is 8 to 1000."),
        ({"allow_lopback": True}, "allow_lopback"),
    ],
)
def test_what_cannot_be_is_refused_with_its_place(chosen: dict[str, object], said: str) -> None:
    with pytest.raises(SettingsWrong, match=said):
        parse({"webhooks": chosen})
