"""What each role may do, as one table; doors, pages and menus all ask it and nothing else.

The rows down to `CAMPAIGNS` are those that the trades we serve know; the others are the console's
own. Nobody, whatever the role, can read the code of a customer, but in the one case for which there
is a permission: the customer stands there without a telephone, and is told.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeAlias

from watchword.features.approvals.rules import Kind


class Role(StrEnum):
    """What somebody is at a location, or everywhere."""

    OWNER = "owner"
    MANAGER = "manager"
    CLERK = "clerk"
    PHONE_AGENT = "phone_agent"
    MARKETING = "marketing"
    ANALYST = "analyst"


class Permission(StrEnum):
    """Something that not everybody may do."""

    CUSTOMERS_SEARCH = "customers:search"
    """Find customers, and see them masked."""
    VERIFY_IN_STORE = "verify:in_store"
    VERIFY_BY_PHONE = "verify:by_phone"
    VERIFY_OTHER = "verify:other"
    CARDS_EDIT = "cards:edit"
    """Make cards by hand, block and delete them, and take back what was confirmed."""
    MASTER_PIN_ENTER = "master_pin:enter"
    OVERRIDES_SET = "overrides:set"
    """Set or rotate the master PIN, and change the settings of overrides."""
    OVERRIDES_SEE = "overrides:see"
    """See what was let through without a code, and by whom."""
    TERMINALS_EDIT = "terminals:edit"
    """Register tills and revoke them, and end a master PIN."""
    MEMBER_PIN_RESET = "member_pin:reset"
    POINTS_ADJUST = "points:adjust"
    """Give points by hand, and take them."""
    REDEEM = "redeem:in_store"
    """Let customers have rewards at the till, once they have shown that they are there."""
    REDEMPTIONS_REVERSE = "redemptions:reverse"
    """Give points back that were spent."""
    WALLETS_PULL_UP = "wallets:pull_up"
    """Open the wallet of a customer who came without a telephone, and read the code for the till
    in it."""
    CUSTOMERS_TAG = "customers:tag"
    """Say by which short words a customer is told apart."""
    CONSENTS_EDIT = "consents:edit"
    """Write down what customers say about offers."""
    REWARDS_SEE = "rewards:see"
    REWARDS_EDIT = "rewards:edit"
    """Say what may be had for points, and by what purchases they are earned."""
    REDEEMERS_BLOCK = "redeemers:block"
    """Say who may collect, and not redeem."""
    CUSTOMERS_IMPORT = "customers:import"
    """Take customers and cards in from a file."""
    CUSTOMERS_EXPORT = "customers:export"
    """Take all customers out of the house."""
    PROFILES_EDIT = "profiles:edit"
    """Say what callers are asked, and try it out."""
    CALLS_SEE = "calls:see"
    """Read how calls went, without what was typed."""
    CAMPAIGNS = "campaigns:run"
    DASHBOARD = "dashboard:see"
    CHALLENGES_SEE = "challenges:see"
    CHALLENGES_CANCEL = "challenges:cancel"
    CHANNELS_SEE = "channels:see"
    CHANNELS_TRY = "channels:try"
    TEMPLATES_SEE = "templates:see"
    TEMPLATES_EDIT = "templates:edit"
    BLOCKS_SEE = "blocks:see"
    BLOCKS_LIFT = "blocks:lift"
    RULES_EDIT = "rules:edit"
    WEBHOOKS_SEE = "webhooks:see"
    WEBHOOKS_EDIT = "webhooks:edit"
    API_KEYS_SEE = "api_keys:see"
    API_KEYS_EDIT = "api_keys:edit"
    LETTERS_PRINT = "letters:print"
    """Collect letters, release them, and take them to whoever prints them."""
    LETTERS_RETURN = "letters:return"
    """Take in letters that came back."""
    STAFF_SEE = "staff:see"
    STAFF_EDIT = "staff:edit"
    SETTINGS_SEE = "settings:see"
    SETTINGS_EDIT = "settings:edit"
    APPROVALS_DECIDE = "approvals:decide"
    LEDGER_SEE = "ledger:see"
    LEDGER_EXPORT = "ledger:export"
    PEOPLE_EXPORT = "people:export"
    PEOPLE_ERASE = "people:erase"
    OWN_ACCOUNT = "account:own"
    """See and change what is one's own: passkeys, sessions, language."""


class How(StrEnum):
    """In what manner somebody may do it, as the page about roles shows it."""

    FREELY = "freely"
    WITH_REASON = "with_reason"
    """A reason is asked for, and stands in the ledger."""
    TWICE = "twice"
    """It is asked again before it holds."""
    IF_ALLOWED = "if_allowed"
    """Only where the settings of the location allow it to this role."""


YES, REASON, TWICE, ALLOWED = How.FREELY, How.WITH_REASON, How.TWICE, How.IF_ALLOWED
Row: TypeAlias = Mapping[Role, How]

OWNER, MANAGER, CLERK = Role.OWNER, Role.MANAGER, Role.CLERK
AGENT, MARKETING, ANALYST = Role.PHONE_AGENT, Role.MARKETING, Role.ANALYST

TABLE: Mapping[Permission, Row] = {
    Permission.CUSTOMERS_SEARCH: {CLERK: YES, AGENT: YES, MANAGER: YES, OWNER: YES},
    Permission.VERIFY_IN_STORE: {CLERK: YES, MANAGER: YES, OWNER: YES},
    Permission.VERIFY_BY_PHONE: {AGENT: YES, MANAGER: YES, OWNER: YES},
    Permission.VERIFY_OTHER: {MANAGER: REASON, OWNER: REASON},
    Permission.CARDS_EDIT: {MANAGER: REASON, OWNER: REASON},
    Permission.MASTER_PIN_ENTER: {CLERK: ALLOWED, MANAGER: YES, OWNER: YES},
    Permission.OVERRIDES_SET: {OWNER: TWICE},
    Permission.OVERRIDES_SEE: {MANAGER: YES, OWNER: YES},
    Permission.TERMINALS_EDIT: {MANAGER: YES, OWNER: YES},
    Permission.MEMBER_PIN_RESET: {AGENT: REASON, MANAGER: YES, OWNER: YES},
    Permission.POINTS_ADJUST: {MANAGER: REASON, OWNER: REASON},
    Permission.REDEEM: {CLERK: YES, MANAGER: YES, OWNER: YES},
    Permission.REDEMPTIONS_REVERSE: {MANAGER: REASON, OWNER: REASON},
    Permission.WALLETS_PULL_UP: {CLERK: ALLOWED, MANAGER: ALLOWED, OWNER: REASON},
    Permission.CUSTOMERS_TAG: {MANAGER: YES, OWNER: YES},
    Permission.CONSENTS_EDIT: {CLERK: YES, AGENT: YES, MANAGER: YES, OWNER: YES},
    Permission.REWARDS_SEE: {CLERK: YES, MANAGER: YES, MARKETING: YES, OWNER: YES},
    Permission.REWARDS_EDIT: {MANAGER: YES, MARKETING: YES, OWNER: YES},
    Permission.REDEEMERS_BLOCK: {MANAGER: REASON, OWNER: REASON},
    Permission.CUSTOMERS_IMPORT: {MANAGER: YES, OWNER: YES},
    Permission.CUSTOMERS_EXPORT: {OWNER: REASON},
    Permission.PROFILES_EDIT: {OWNER: YES},
    Permission.CALLS_SEE: {AGENT: YES, MANAGER: YES, OWNER: YES},
    Permission.CAMPAIGNS: {MARKETING: YES, OWNER: YES},
    Permission.DASHBOARD: {MANAGER: YES, MARKETING: YES, ANALYST: YES, OWNER: YES},
    Permission.CHALLENGES_SEE: {CLERK: YES, AGENT: YES, MANAGER: YES, OWNER: YES},
    Permission.CHALLENGES_CANCEL: {AGENT: YES, MANAGER: YES, OWNER: YES},
    Permission.CHANNELS_SEE: {MANAGER: YES, MARKETING: YES, OWNER: YES},
    Permission.CHANNELS_TRY: {OWNER: YES},
    Permission.TEMPLATES_SEE: {MANAGER: YES, MARKETING: YES, OWNER: YES},
    Permission.TEMPLATES_EDIT: {MARKETING: YES, OWNER: YES},
    Permission.BLOCKS_SEE: {AGENT: YES, MANAGER: YES, OWNER: YES},
    Permission.BLOCKS_LIFT: {MANAGER: REASON, OWNER: REASON},
    Permission.RULES_EDIT: {OWNER: TWICE},
    Permission.WEBHOOKS_SEE: {OWNER: YES},
    Permission.WEBHOOKS_EDIT: {OWNER: YES},
    Permission.API_KEYS_SEE: {OWNER: YES},
    Permission.API_KEYS_EDIT: {OWNER: YES},
    Permission.LETTERS_PRINT: {MANAGER: YES, OWNER: YES},
    Permission.LETTERS_RETURN: {CLERK: YES, MANAGER: YES, OWNER: YES},
    Permission.STAFF_SEE: {MANAGER: YES, OWNER: YES},
    Permission.STAFF_EDIT: {OWNER: YES},
    Permission.SETTINGS_SEE: {MANAGER: YES, OWNER: YES},
    Permission.SETTINGS_EDIT: {OWNER: TWICE},
    Permission.APPROVALS_DECIDE: {MANAGER: YES, OWNER: YES},
    Permission.LEDGER_SEE: {MANAGER: YES, ANALYST: YES, OWNER: YES},
    Permission.LEDGER_EXPORT: {ANALYST: YES, OWNER: YES},
    Permission.PEOPLE_EXPORT: {OWNER: REASON},
    Permission.PEOPLE_ERASE: {OWNER: REASON},
    Permission.OWN_ACCOUNT: dict.fromkeys(Role, YES),
}

TO_ASK: Mapping[Kind, Permission] = {
    Kind.SETTINGS: Permission.SETTINGS_EDIT,
    Kind.ABUSE_RULES: Permission.RULES_EDIT,
    Kind.LEDGER_EXPORT: Permission.LEDGER_EXPORT,
    Kind.PERSON_EXPORT: Permission.PEOPLE_EXPORT,
    Kind.PERSON_ERASURE: Permission.PEOPLE_ERASE,
    Kind.BULK: Permission.CUSTOMERS_IMPORT,
    Kind.LETTERS: Permission.LETTERS_PRINT,
    Kind.CARD_OVERRIDE: Permission.VERIFY_OTHER,
    Kind.MASTER_PIN: Permission.OVERRIDES_SET,
    Kind.STAFF_ROLE: Permission.STAFF_EDIT,
}
"""What somebody may do who asks for a second person, for what."""

LATER = frozenset[Permission]()
"""What no door of this version asks for: it is decided already, and promised to nobody."""

SOMEWHERE_IS_ENOUGH = frozenset(
    {
        *(Permission.CUSTOMERS_SEARCH, Permission.VERIFY_IN_STORE, Permission.VERIFY_BY_PHONE),
        *(Permission.VERIFY_OTHER, Permission.CARDS_EDIT, Permission.MASTER_PIN_ENTER),
        *(Permission.CONSENTS_EDIT, Permission.CUSTOMERS_TAG, Permission.MEMBER_PIN_RESET),
        *(Permission.POINTS_ADJUST, Permission.REWARDS_SEE),
        *(Permission.REDEEM, Permission.REDEMPTIONS_REVERSE, Permission.WALLETS_PULL_UP),
        *(Permission.CHALLENGES_SEE, Permission.CHANNELS_SEE, Permission.TEMPLATES_SEE),
        *(Permission.STAFF_SEE, Permission.SETTINGS_SEE, Permission.SETTINGS_EDIT),
        *(Permission.OVERRIDES_SEE, Permission.TERMINALS_EDIT),
        *(Permission.LETTERS_RETURN, Permission.OWN_ACCOUNT),
    }
)
"""What a door opens for who has the role at one location only; behind it, the location counts."""

PRESETS: Mapping[str, Role] = {
    "Owner": Role.OWNER,
    "Manager": Role.MANAGER,
    "Staff": Role.CLERK,
    "Budtender": Role.CLERK,
    "Call center": Role.PHONE_AGENT,
    "Marketing": Role.MARKETING,
    "Reporting": Role.ANALYST,
}
"""The names that Alpine IQ gives to roles, and which of ours each is."""


def how(role: Role, permission: Permission) -> How | None:
    """Say in what manner a role may do something; nothing, if it may not."""
    return TABLE[permission].get(role)
