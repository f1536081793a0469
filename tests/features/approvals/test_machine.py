"""Requests under any order of events: a model of what should come of them beside the service."""

import asyncio
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, precondition, rule

from tests.features.approvals.chamber import ANNA, BEN, CLEO, Chamber
from tests.features.challenges.test_machine import empty_database
from tests.stores import MovableTime, found
from watchword.features.approvals.rules import (
    AlreadyOver,
    ApprovalId,
    Approved,
    Declined,
    Kind,
    NotYours,
    Overtaken,
    State,
    Withdrawn,
    YourOwn,
)
from watchword.foundation.storage import open_storage

PEOPLE = st.sampled_from([ANNA, BEN, CLEO])


class Machine(RuleBasedStateMachine):
    requests = Bundle("requests")

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.folder = TemporaryDirectory()
        self.time = MovableTime()
        path = Path(self.folder.name) / "machine.db"
        path.write_bytes(empty_database())
        self.opening = open_storage(f"sqlite:///{path}", now=self.time)
        storage = self.runner.run(self.opening.__aenter__())
        organisation = self.runner.run(found(storage))
        self.chamber = Chamber(storage, organisation.id)
        self.model: dict[ApprovalId, State] = {}
        self.permits: set[ApprovalId] = set()
        self.done = 0

    def teardown(self) -> None:
        self.runner.run(self.opening.__aexit__(None, None, None))
        self.runner.close()
        self.folder.cleanup()

    @rule(target=requests, actor=PEOPLE, kind=st.sampled_from([Kind.SETTINGS, Kind.BULK]))
    def propose(self, actor: str, kind: Kind) -> ApprovalId:
        made = self.runner.run(self.chamber.propose(actor, kind=kind))
        self.model[made.id] = State.OPEN
        return made.id

    @rule(id=requests, actor=PEOPLE)
    def approve(self, id: ApprovalId, actor: str) -> None:
        request = self.runner.run(self.chamber.now(id))
        outcome = self.runner.run(self.chamber.approvals.approve(self.chamber.id, id, actor=actor))
        if self._state(id) is not State.OPEN:
            assert isinstance(outcome, AlreadyOver)
        elif request.author == actor:
            assert isinstance(outcome, YourOwn)
        elif request.kind is Kind.SETTINGS and request.payload != self.chamber.ground:
            assert isinstance(outcome, Overtaken)
            self.model[id] = State.OVERTAKEN
        else:
            assert isinstance(outcome, Approved)
            self.model[id] = State.APPROVED
            self.done += request.kind is Kind.SETTINGS
            self.permits |= {id} if request.kind is Kind.BULK else set()

    @rule(id=requests, actor=PEOPLE)
    def decline(self, id: ApprovalId, actor: str) -> None:
        request = self.runner.run(self.chamber.now(id))
        outcome = self.runner.run(
            self.chamber.approvals.decline(self.chamber.id, id, actor=actor, reason="No.")
        )
        if self._state(id) is not State.OPEN:
            assert isinstance(outcome, AlreadyOver)
        elif request.author == actor:
            assert isinstance(outcome, YourOwn)
        else:
            assert isinstance(outcome, Declined)
            self.model[id] = State.DECLINED

    @rule(id=requests, actor=PEOPLE)
    def withdraw(self, id: ApprovalId, actor: str) -> None:
        request = self.runner.run(self.chamber.now(id))
        outcome = self.runner.run(self.chamber.approvals.withdraw(self.chamber.id, id, actor=actor))
        if request.author != actor:
            assert isinstance(outcome, NotYours)
        elif self._state(id) is not State.OPEN:
            assert isinstance(outcome, AlreadyOver)
        else:
            assert isinstance(outcome, Withdrawn)
            self.model[id] = State.WITHDRAWN

    @rule(actor=PEOPLE)
    def use_a_permit(self, actor: str) -> None:
        taken = self.runner.run(self.chamber.take(actor, Kind.BULK))
        good = {
            each.id
            for each in (self.runner.run(self.chamber.now(id)) for id in self.permits)
            if each.author == actor and self.time.moment < each.expires_at
        }
        assert (taken is None) == (not good)
        if taken is not None:
            assert taken.id in good
            self.permits.discard(taken.id)

    @rule(hours=st.integers(1, 80))
    def let_time_pass(self, hours: int) -> None:
        self.time.pass_by(timedelta(hours=hours))

    @rule()
    def sweep(self) -> None:
        self.runner.run(self.chamber.approvals.expire(100))

    @rule()
    def change_the_ground(self) -> None:
        self.chamber.ground += b"1"

    @precondition(lambda self: self.model)
    @invariant()
    def what_was_done_is_what_was_approved(self) -> None:
        assert self.runner.run(self.chamber.performed()) == self.chamber.afterwards == self.done

    @invariant()
    def nothing_comes_back(self) -> None:
        for id, expected in self.model.items():
            state = self.runner.run(self.chamber.now(id)).state
            assert state is expected or (expected, state) == (State.OPEN, State.EXPIRED)
            if state is State.EXPIRED:
                self.model[id] = State.EXPIRED

    def _state(self, id: ApprovalId) -> State:
        request = self.runner.run(self.chamber.now(id))
        is_late = self.model[id] is State.OPEN and self.time.moment >= request.expires_at
        return State.EXPIRED if is_late else self.model[id]


TestMachine = Machine.TestCase
TestMachine.settings = settings(max_examples=15, stateful_step_count=25, deadline=None)
