"""What must stand nowhere: addresses, names, codes and links, in any log, audit or page."""

import re
from dataclasses import dataclass, field

import msgspec
import pytest
from structlog.testing import capture_logs

from tests.stores import at_rest
from tests.web.console.bare import Bare, faults_of_cookies
from tests.web.console.people import Browser, Office
from tests.web.console.test_invitations import LINK, mails
from tests.web.console.test_recovery import CODE
from tests.whole_house import Dealt
from watchword.features.staff.permissions import Role
from watchword.web.console.cookies import name_of
from watchword.wiring import Services

CANARY, NAME = "canary.zeisig@vogelhaus.example", "Kanarina Zeisig"
LIST, NEW = "/console/staff", "/console/staff/new"


@dataclass
class Life:
    """What came into being while somebody was invited, came in, and came in again."""

    secrets: list[str] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def look_at(self, bare: Bare) -> None:
        assert bare.reply is not None
        replies = (*bare.reply.history, bare.reply)
        self.faults += [fault for each in replies for fault in faults_of_cookies(each)]
        self.addresses += [str(each.url) for each in replies]


async def lived(services: Services, office: Office, owner: Browser, dealt: Dealt) -> Life:
    life = Life()
    await owner.send(LIST, of=NEW, name=NAME, email=CANARY, role="clerk", location="")
    [mail] = await mails(services)
    link = LINK.search(mail.text.reveal())
    assert link is not None
    bare = await office.stranger().open(link[1])
    await bare.press("Accept")
    await bare.press("Sign in", code=dealt.wrong)
    life.look_at(await bare.press("Sign in", code=dealt.latest))
    life.look_at(await bare.open("/console/account/recovery-codes?lang=en"))
    await bare.press("Make ten codes")
    [code, *_] = CODE.findall(bare.page)
    recovered = await office.stranger().open("/console/sign-in/recovery?organisation=sonnenhof")
    life.look_at(await recovered.press("Sign in", email=CANARY, code=code))
    assert recovered.path == "/console"
    name = name_of(services.settings.web)
    secrets = [each.value or "" for each in recovered.client.cookies.jar if each.name == name]
    life.secrets += [CANARY, "canary.zeisig", *dealt.codes, code, *secrets]
    life.secrets.append(link[1].rpartition("/")[2])
    return life


async def test_a_whole_life_leaves_no_trace_where_none_may_be(
    services: Services, office: Office, owner: Browser, dealt: Dealt, migrated: str
) -> None:
    with capture_logs() as logs:
        life = await lived(services, office, owner, dealt)
        members = await services.staff.members.all(office.organisation.id)
        [member] = [each for each in members if each.name == NAME]
        paths = (LIST, f"{LIST}/{member.id}", "/console/challenges", "/console/ledger")
        pages = [await owner.read(path) for path in paths]

    said = msgspec.json.encode(logs).decode() + " ".join(life.addresses)
    resting = (await at_rest(migrated)).decode("latin-1")
    assert life.faults == []
    assert [each for each in [*life.secrets, NAME] if each in said] == []
    assert [each for each in [*life.secrets, NAME] if each in resting] == []
    assert [each for page in pages for each in life.secrets if each in page] == []


@pytest.mark.parametrize("path", ["/console/challenges", LIST])
async def test_staff_never_see_a_code(office: Office, dealt: Dealt, path: str) -> None:
    owner = await office.enter(Role.OWNER, email="boss@example.org")
    await (await office.stranger().open("/console/sign-in?organisation=sonnenhof")).press(
        "Send me a code", email="boss@example.org"
    )
    page = await owner.read(path)
    assert dealt.codes
    for link in {*re.findall(r'href="(/console/challenges/[0-9a-f-]{36})', page)}:
        page += await owner.read(link)

    assert dealt.latest not in page
