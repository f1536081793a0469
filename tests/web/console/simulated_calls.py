"""The simulator as a browser without script uses it: one form after the other."""

import re
from html import unescape

from tests.web.console.people import OWN_FORM, Browser

SIMULATOR = "/console/telephone/simulator"


class Telephone:
    """A call in the simulator, by forms alone."""

    def __init__(self, owner: Browser) -> None:
        self._owner = owner
        self.page = ""

    async def call(self, profile: str, manner: str = "rehearse") -> None:
        reply = await self._owner.send(SIMULATOR, profile=profile, language="en", manner=manner)
        assert reply.status_code == 200, reply.text
        self.page = reply.text

    async def press(self, press: str, typed: str = "") -> None:
        fields = dict(re.findall(r'type="hidden" name="(turn|token)" value="([^"]+)"', self.page))
        action = re.search(rf'action="({SIMULATOR}/[^"?]+)', self.page)
        assert action is not None, self.page
        reply = await self._owner.pages.post(
            action[1], data={**fields, "typed": typed, "press": press}, headers=OWN_FORM
        )
        assert reply.status_code == 200, reply.text
        self.page = reply.text

    @property
    def heard(self) -> str:
        return " ".join(unescape(each) for each in re.findall(r"data-said>([^<]+)", self.page))

    @property
    def code(self) -> str:
        """Give the code that stands on the page in a rehearsal."""
        shown = re.search("data-code>([0-9]+)<", self.page)
        assert shown is not None, self.page
        return shown[1]

    @property
    def log(self) -> str:
        return self.page.split('class="call-log"')[1]
