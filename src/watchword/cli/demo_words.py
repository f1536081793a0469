"""What the demo says once it is ready: where to look, and what to paste."""

from collections.abc import Mapping, Sequence
from typing import Self

from msgspec import Struct

from watchword.cli.demo_house import Furnished
from watchword.cli.demo_shop import Patron
from watchword.cli.printing import columns
from watchword.foundation.secret import reveal_if_any

JOIN, WALLET = "/o/{slug}/join", "/o/{slug}/wallet"
READY = """
Watchword is ready. Ctrl-C ends it{ending}.

{places}

The sample organisations reach nobody: what they send is in the sandbox.
Their API keys are worth nothing elsewhere:

{keys}

The console is where people work. Each of these links signs an owner in, once:

{links}

Others sign in at {url}/console/sign-in, with the name of the organisation and
their address; the code is in the sandbox, too:

{staff}

Play customer and cashier. Open a wallet with the number beside it; the code is in
the sandbox. The till is at {url}/till for whoever signed in to the
console. The key makes their browser a registered till, at {url}/till/terminal:

{shops}

Write to customers: whoever opens a wallet, or registers, can tick a box for offers,
and answers YES in the sandbox. As the owner of a shop, make a campaign for them at
{url}/console/campaigns; one that is over is there to be looked at.

Play a member who calls: sign in as owner@lakeside.example, and
call at {url}/console/telephone/simulator. Who there is stands in
docs/how-to/connect-a-banking-core.md; 500331 has no PIN yet, and presses 0.

Send a code:

KEY={key}
ID=$(curl -s "{url}/v1/challenges" -H "Authorization: Bearer $KEY" \\
  -H "Content-Type: application/json" \\
  -d '{{"purpose": "contact_verification", "to": {{"phone": "+491701234567"}}}}' \\
  | python3 -c 'import json, sys; print(json.load(sys.stdin)["id"])')

Then answer, with the code from {url}/sandbox in the place of CODE:

curl -s "{url}/v1/challenges/$ID/answers" -H "Authorization: Bearer $KEY" \\
  -H "Content-Type: application/json" -d '{{"code": "CODE"}}'
"""


class PatronView(Struct, frozen=True):
    """Somebody who shops there: codes to their telephone are in the sandbox."""

    name: str
    mobile: str


class SampleView(Struct, frozen=True):
    """`owner_link` signs the owner in, once. `staff` are the addresses of those who work there,
    `join` is where customers register, if they may, and `wallet` where they look what they have.
    `till` makes a browser a till of the first location."""

    slug: str
    name: str
    key: str
    owner_link: str = ""
    staff: Mapping[str, str] = {}
    join: str = ""
    wallet: str = ""
    patron: PatronView | None = None
    till: str = ""


class DemoView(Struct, frozen=True):
    """Where everything is. The keys open nothing but this demonstration."""

    url: str
    sandbox: str
    console: str
    docs: str
    folder: str
    organisations: Sequence[SampleView]

    @classmethod
    def of(cls, url: str, samples: Sequence[Furnished], folder: str) -> Self:
        views = [
            SampleView(
                slug=each.organisation.slug,
                name=each.organisation.name,
                key=each.key.reveal(),
                owner_link=reveal_if_any(each.link) or "",
                staff=each.staff,
                join=_page(url, JOIN, each),
                wallet=_page(url, WALLET, each),
                patron=_patron(each.patron),
                till=reveal_if_any(each.till) or "",
            )
            for each in samples
        ]
        return cls(url, f"{url}/sandbox", f"{url}/console", f"{url}/docs", folder, views)


def _page(url: str, path: str, sample: Furnished) -> str:
    return f"{url}{path.format(slug=sample.organisation.slug)}" if sample.may_join else ""


def _patron(patron: Patron | None) -> PatronView | None:
    return None if patron is None else PatronView(patron.name, patron.mobile)


def say_ready(view: DemoView, *, is_kept: bool) -> str:
    joined = [each for each in view.organisations if each.join]
    places = [
        ["Sandbox", view.sandbox, "every message, as a phone would show it"],
        ["Console", view.console, "where people work"],
        *(["Cards", each.join, f"where customers of {each.name} register"] for each in joined),
        ["API", view.docs, "what can be asked for, and how"],
        ["Data", view.folder, "database and keys"],
    ]
    keys, first = [[each.name, each.key] for each in view.organisations], view.organisations[0]
    shops = [each for each in joined if each.patron]
    return READY.format(
        ending=" and nothing is lost" if is_kept else ", and with it goes all that it knows",
        places=_indented(places),
        keys=_indented(keys),
        links=_indented(
            [[each.name, each.owner_link] for each in view.organisations if each.owner_link]
        ),
        shops=_indented([_shop(each) for each in shops]),
        staff=_indented([[each.slug, *each.staff.values()] for each in view.organisations]),
        key=first.key,
        url=view.url,
    ).rstrip()


def _shop(sample: SampleView) -> Sequence[str]:
    patron = sample.patron
    who = "" if patron is None else f"{patron.name}, {patron.mobile}"
    return [sample.wallet, who, sample.till]


def _indented(rows: Sequence[Sequence[str]]) -> str:
    return "\n".join(f"  {line}" for line in columns(rows).splitlines())
