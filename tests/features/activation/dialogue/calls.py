"""A line, a core and a caller for the dialogue: everything that a call needs, in memory."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial

from watchword.features.activation.decision import Outcome
from watchword.features.activation.dialogue.call import call
from watchword.features.activation.dialogue.codes import (
    CodeRight,
    CodeSent,
    CodeWrong,
    JudgeCode,
    SendCode,
    Unlock,
    Unlocked,
)
from watchword.features.activation.dialogue.counting import Charge, Charged
from watchword.features.activation.dialogue.ports import PIN, Decided, Proof
from watchword.features.activation.dialogue.script import Playback
from watchword.features.activation.dialogue.steps import (
    Ask,
    CallStarted,
    DrawPin,
    EndedBy,
    Event,
    Find,
    Found,
    HungUp,
    Known,
    LookAt,
    LookBack,
    NewPin,
    NothingTyped,
    Remark,
    Say,
    Step,
    Tell,
    Transfer,
    Typed,
    Unused,
    Used,
    Verify,
    Wish,
    WritePin,
)
from watchword.features.activation.established import Established
from watchword.features.contacts.rules import Contact
from watchword.features.cores.rules import (
    CoreName,
    Facts,
    FindBy,
    Holder,
    Member,
    MemberRef,
    PinEnd,
    PinFits,
    PinMode,
    PinSet,
    PinState,
    PinWrong,
)
from watchword.features.pins.kept.rules import Locking
from watchword.features.pins.rules import PinRules
from watchword.foundation.secret import Secret

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
NUMBER, UNKNOWN = "100234", "999999"
SSN4, WRONG_SSN4 = "6789", "1111"
DEFAULT, GOOD, MADE = "6789", "830274", "571936"
CODE = "424242"
SILENCE = None
"""What a caller does who presses no key."""
GONE = "gone"
MEMBER = Member(
    ref=MemberRef(Secret("account"), Secret("person")),
    role=Holder.PRIMARY,
    facts=Facts(ssn=Secret("12345" + SSN4), member_number=Secret(NUMBER)),
)
JOINT = Member(
    ref=MemberRef(Secret("account"), Secret("other person")),
    role=Holder.JOINT,
    facts=Facts(ssn=Secret("987654321"), member_number=Secret(NUMBER)),
)
NEIGHBOUR = replace(JOINT, ref=MemberRef(Secret("other account"), Secret("other person")))
ASK_NUMBER = Ask("member_number", 1, 12)
ASK_PIN = Ask(PIN, 4, 8)
ASK_ZIP = Ask("zip", 5, 9)
ASK_SSN4 = Ask("ssn_last4", 4, 4)
ASK_NEW_PIN, ASK_CODE = Ask("new_pin", 6, 8), Ask("code", 6, 6)
DEMO, PIN_RULES, LOCKING = CoreName("demo"), PinRules(), Locking()
ACTIVATION = Proof([ASK_SSN4], wants_code=True, is_first=True)
FORCE = Proof([], wants_code=False)


@dataclass(frozen=True)
class StandInLine:
    """A default PIN is the end of the social security number; what is too short has to change."""

    organisation: str = "Lakeside"
    levels: Sequence[Sequence[Ask]] = ((ASK_NUMBER, ASK_PIN),)
    activation: Proof | None = ACTIVATION
    force: Proof | None = FORCE
    find_by: FindBy = FindBy.MEMBER_NUMBER
    new_pin: Ask = ASK_NEW_PIN
    code: Ask = ASK_CODE
    core: CoreName = DEMO
    pin_rules: PinRules = PIN_RULES
    locking: Locking = LOCKING
    unlocks_by_code: bool = False
    asks_when_staff_want: bool = True
    transfer_to: str | None = "desk"
    onward_to: str | None = "banking"

    def fits(self, question: Ask, typed: Secret, member: Member) -> bool:
        ssn = member.facts.ssn
        return ssn is not None and ssn.reveal().endswith(typed.reveal())

    def decide(
        self, known: Known, entered: Secret | None, holders: Sequence[Member], at: datetime
    ) -> Decided:
        if (
            self.activation
            and known.established is not Established.YES
            and self._is_default(known, entered)
        ):
            return Decided(Outcome.ACTIVATION, [Remark("matched", "activation pin_eq_ssn_last4")])
        if self.force and entered is not None and len(entered.reveal()) < self.new_pin.least:
            return Decided(Outcome.FORCE, [Remark("matched", "force pin_length")])
        return Decided(Outcome.NORMAL)

    def broken(self, pin: Secret, holders: Sequence[Member]) -> Sequence[str]:
        return ["sequential"] if pin.reveal() in "0123456789" else []

    def reached(self, member: Member, at: datetime) -> Contact | None:
        return None

    def _is_default(self, known: Known, entered: Secret | None) -> bool:
        return not known.state.is_set or (entered or known.state.pin) == Secret(DEFAULT)


@dataclass
class World:
    """A core with one account, and everything else that a script may wish for."""

    pin: str | None = DEFAULT
    members: Sequence[Member] = (MEMBER,)
    established: Established = Established.UNKNOWN
    write: PinEnd = field(default_factory=PinSet)
    used: Sequence[str] = ()
    answers: dict[type[Wish], Event] = field(default_factory=dict)
    """What is answered instead of what is true."""
    wished: list[Wish] = field(default_factory=list)

    def grant(self, wish: Wish) -> Event:
        self.wished.append(wish)
        return self.answers.get(type(wish)) or self._answer(wish)

    def _answer(self, wish: Wish) -> Event:  # noqa: C901, PLR0911 - one for each wish
        match wish:
            case Find(_, value):
                return Found(self.members if value == Secret(NUMBER) else ())
            case Charge():
                return Charged()
            case LookAt(ref):
                pin = None if self.pin is None or ref is None else Secret(self.pin)
                state = PinState(PinMode.CLEAR, is_set=self.pin is not None, pin=pin)
                return Known(state, established=self.established)
            case Verify(ref, pin):
                is_right = ref is not None and self.pin is not None and pin == Secret(self.pin)
                return PinFits() if is_right else PinWrong()
            case SendCode():
                return CodeSent("reference")
            case JudgeCode(_, typed):
                return CodeRight() if typed == Secret(CODE) else CodeWrong()
            case Unlock():
                return Unlocked()
            case LookBack(_, pin):
                return Used() if pin.reveal() in self.used else Unused()
            case DrawPin():
                return NewPin(Secret(MADE))
            case WritePin(pin=pin):
                if isinstance(self.write, PinSet):
                    self.pin = pin.reveal()
                return self.write

    @property
    def written(self) -> Sequence[str]:
        return [each.pin.reveal() for each in self.wished if isinstance(each, WritePin)]


@dataclass
class Played:
    """What came of a call."""

    world: World
    steps: list[Step] = field(default_factory=list)
    told: list[Tell] = field(default_factory=list)
    heard: list[Event] = field(default_factory=list)
    is_over: bool = False

    @property
    def said(self) -> Sequence[str]:
        return [each.prompt for each in self.steps if isinstance(each, Say)]

    @property
    def asked(self) -> Sequence[str]:
        return [each.name for each in self.steps if isinstance(each, Ask)]

    @property
    def transferred_to(self) -> str | None:
        last = self.steps[-1]
        return last.target if isinstance(last, Transfer) else None

    @property
    def lines(self) -> Sequence[str]:
        return [each.what for each in self.told if isinstance(each, Remark)]


def play(
    keys: Iterable[str | None], line: StandInLine | None = None, world: World | None = None
) -> Played:
    """Call, and press keys at each question; `#` at the end is the terminator."""
    played, pressed = Played(world or World()), iter(keys)
    script = partial(call, line or StandInLine())
    event: Event = CallStarted(NOON)
    while not played.is_over:
        played.heard.append(event)
        given = Playback(script, played.heard).given
        played.steps += given.steps
        played.told += given.told
        played.is_over = given.is_over
        if given.wish is not None:
            event = played.world.grant(given.wish)
        elif not given.is_over:
            event = typed(next(pressed, GONE))
    return played


def typed(keys: str | None) -> Event:
    if keys is SILENCE:
        return NothingTyped()
    if keys == GONE:
        return HungUp()
    if keys.endswith("#"):
        return Typed(Secret(keys[:-1]), EndedBy.TERMINATOR)
    return Typed(Secret(keys), EndedBy.LENGTH)


def each_try(number: str, keys: list[str]) -> list[str | None]:
    """Type the number before each PIN, and only once before questions that follow it."""
    if keys[0] == "#":
        return [number, *keys]
    return [part for key in keys for part in (number, key)]
