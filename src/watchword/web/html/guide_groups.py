"""The chapters of the API guide: which requests belong together, and what they are for."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Requests whose paths begin alike."""

    id: str
    title: str
    about: str
    paths: tuple[str, ...]


GROUPS = (
    Group(
        id="challenges",
        title="Challenges",
        about="A challenge is one code on its way to one person, until it is typed back or over.",
        paths=("/v1/challenges",),
    ),
    Group(
        id="plans",
        title="Plans",
        about=(
            "A plan says by which channels a code goes out, one after the other, until it arrives. "
            "Every message carries the same code."
        ),
        paths=("/v1/routing-plans", "/v1/plans"),
    ),
    Group(
        id="webhooks",
        title="Webhooks",
        about=(
            "We call your application when something happens, so it need not keep asking. Our "
            "requests follow Standard Webhooks 1.0.0: take one of its libraries to check that they "
            "are ours. Whatever is not answered with 2xx within 20 seconds is tried again for "
            "three days."
        ),
        paths=("/v1/webhook-endpoints", "/v1/webhook-deliveries"),
    ),
    Group(
        id="blocks",
        title="Blocks and rules",
        about=(
            "Rules stop whoever asks for codes only to run up the bill. Each block says why it is "
            "there, when it ends and which way leads round it. Test organisations have no such "
            "rules."
        ),
        paths=("/v1/blocks", "/v1/abuse-rules"),
    ),
    Group(
        id="settings",
        title="Settings",
        about=(
            "What your organisation decides for itself, such as how customers confirm a card. Each "
            "change stands in the ledger, and none overwrites another unseen."
        ),
        paths=("/v1/settings", "/v1/verification-methods"),
    ),
    Group(
        id="customers",
        title="Customers",
        about=(
            "Who your customers are, and how they are reached. Names are sealed with a key of each "
            "customer, and stand in no address and no log."
        ),
        paths=("/v1/customers", "/v1/customer-searches", "/v1/customer-merges"),
    ),
    Group(
        id="cards",
        title="Cards",
        about=(
            "A card is a customer's once they have shown it: by a code that went to them, or to "
            "staff. Until then purchases count for it, and nobody redeems what it holds."
        ),
        paths=("/v1/cards", "/v1/card-searches"),
    ),
    Group(
        id="points",
        title="Points and rewards",
        about=(
            "Customers earn points by purchases, and have rewards for them. Each account has a "
            "ledger: what came, what went, and why. Money is in the smallest unit of its currency."
        ),
        paths=("/v1/accounts", "/v1/rewards", "/v1/earn-rules", "/v1/redeeming-blocks"),
    ),
    Group(
        id="tills",
        title="Tills",
        about=(
            "A customer spends points where they buy. A sale asks them for a code, and tells "
            "nothing about them before it comes back. Then their wallet opens for this sale: a "
            "reward is put by, committed with the order, or given back."
        ),
        paths=(
            *("/v1/till-sessions", "/v1/master-pin-sessions", "/v1/wallet-openings"),
            "/v1/redemptions",
        ),
    ),
    Group(
        id="vouchers",
        title="Tills without a line",
        about=(
            "Customers take rewards along as vouchers. A till takes them in by itself, within the "
            "bounds of its kit, and settles later: the first that does has the points."
        ),
        paths=("/v1/voucher-kit", "/v1/voucher-settlements"),
    ),
    Group(
        id="calls",
        title="Telephone calls",
        about=(
            "A platform of yours carries a call, and says and asks what it is told, turn by turn. "
            "The caller shows who they are, and sets a PIN of their own if they need one."
        ),
        paths=("/v1/calls",),
    ),
    Group(
        id="telephone",
        title="Telephone profiles",
        about=(
            "What callers are asked, and when they are to set a PIN: all profiles are one "
            "document, which is taken in as a whole or not at all."
        ),
        paths=("/v1/telephone",),
    ),
    Group(
        id="people",
        title="People",
        about=(
            "What is known about somebody is handed out whole, and forgotten whole. Whoever wants "
            "to hear no more is remembered by a digest that nobody can read."
        ),
        paths=("/v1/person-exports", "/v1/erasures", "/v1/suppression"),
    ),
    Group(
        id="consents",
        title="Consent",
        about=(
            "Who agreed to offers, shown which text, when and how: a book to which lines are only "
            "added. A STOP stands above all of them."
        ),
        paths=("/v1/consent", "/v1/opt-in-requests"),
    ),
    Group(
        id="audiences",
        title="Audiences",
        about=(
            "Whom a campaign means: a filter that is saved, or a list that was brought. Tags tell "
            "customers apart by what staff know of them."
        ),
        paths=("/v1/audience", "/v1/tags"),
    ),
    Group(
        id="campaigns",
        title="Campaigns",
        about=(
            "One message to many customers, with a link that only its recipient opens. A key "
            "writes, proposes and stops them; it never agrees to one."
        ),
        paths=("/v1/campaigns",),
    ),
    Group(
        id="pages",
        title="Landing pages",
        about=(
            "What recipients of a campaign see behind its gate: blocks in each language. Nobody "
            "sees what was changed before it is published."
        ),
        paths=("/v1/pages",),
    ),
    Group(
        id="ledger",
        title="Ledger",
        about=(
            "Whatever is done leaves an entry that nobody can change unseen. A receipt proves one "
            "entry to whoever holds it, without us."
        ),
        paths=("/v1/ledger-entries", "/v1/ledger-checkpoint"),
    ),
    Group(
        id="sandbox",
        title="Sandbox",
        about=(
            "What a test organisation sends, for your tests to read. The clock can be moved, and "
            "some addresses play a part: a message that is late, lost or sent back."
        ),
        paths=("/sandbox",),
    ),
    Group(
        id="problems",
        title="Problems",
        about=(
            "What cannot be done is answered with `application/problem+json` (RFC 9457). Go by "
            "`type`, which stays as it is; `detail` is for people."
        ),
        paths=(),
    ),
)
