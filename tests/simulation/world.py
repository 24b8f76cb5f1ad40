"""The world of one simulation: a database with two doors, the model beside it, and what is compared after each step."""

import hashlib
import itertools
import multiprocessing
import tempfile
import threading
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, select, text

from billing import Billing, Refusal
from billing.requests.base import Question
from billing.store import schema
from billing.store.engine import open_engine, reading
from tests.simulation import agreed, faults, handing
from tests.simulation.comparing import Comparing
from tests.simulation.delivering import Told, delivered, do_and_die, kind
from tests.simulation.figures import Figures
from tests.simulation.model import Model
from tests.simulation.sold import Differs
from tests.simulation.steps import FIRST, Step

LOOKED = 20  # every how many steps all is audited
IN_PARTS = ("RunMonth", "SetIssuer", "Remind", "Tick", "KeepFiles")  # more than one transaction each
OWN_IDS = ("AddKey", "MakeLink", "InviteAgent", "AddHook", "Announce", "CloseMonth", "ReopenMonth")  # kept elsewhere
CLIENTS = ("BackUp",)  # asks a program of the machine's, of whatever version that is
WRITES = ("AskFiles", "AskArchived")  # questions that keep what they made (L10)
SECONDS = 120
GIVEN = ("token", "session", "key", "quote", "maintenance", "mail", "link")  # which later steps name as $token


class Difference(Exception):
    """What a step came to is not what it must come to."""

    def __init__(self, place: int, step: Step, why: str) -> None:
        super().__init__(f"step {place}, {step.of}: {why}")
        self.place, self.step, self.why = place, step, why


@dataclass
class World:
    """A database, its doors, the model."""

    url: str
    model: Model = field(default_factory=Model)
    figures: Figures = field(default_factory=Figures)
    given: dict[str, list[str]] = field(default_factory=dict)
    place: int = 0

    def __post_init__(self) -> None:
        self.folder = tempfile.TemporaryDirectory(prefix="billing-simulation-")
        self.doors = [self._open(), self._open()]
        self.files = handing.Handing(Path(self.folder.name))
        self.observer: Engine = open_engine(self.url, keep=True)
        self.comparing = Comparing(self.doors[0], self.observer, self.figures)
        self._lay: dict[Path, bytes] = {}  # the files before a disk fails
        self._before = ""  # the digest before a process that is to be killed
        self._known: str | None = None  # the digest, while nothing was accepted since
        self.keys: dict[tuple[str, str], Step] = {}

    def _open(self) -> Billing:
        return Billing.open(self.url, today=FIRST, tariffs=[agreed.HERE, agreed.SHIPPED], made=False)

    def close(self) -> None:
        for door in self.doors:
            door.close()
        self.observer.dispose()
        self.folder.cleanup()

    def door(self, step: Step, number: int | None = None) -> Billing:
        """One of the two doors, on the day of a step and for who asks."""
        setting = self.doors[self.place % 2 if number is None else number].setting
        return Billing(replace(setting, today=step.today, by=step.by))

    # What is there

    def heads(self) -> tuple[Any, ...]:
        """Where each customer's chain is."""
        h = schema.head.c
        with reading(self.observer) as connection:
            ends = connection.execute(select(h.customer_id, h.seq, h.hash).order_by(h.customer_id))
            return tuple(tuple(end) for end in ends)

    def digest(self) -> str:
        """A digest of all rows of all tables."""
        if self._known is None:
            found = hashlib.sha256()
            with reading(self.observer) as connection:
                for table in schema.metadata.sorted_tables:
                    found.update(table.name.encode())
                    for row in connection.execute(select(table).order_by(*table.primary_key)):
                        found.update(repr(tuple(row)).encode())
            self._known = found.hexdigest()
        return self._known

    # Steps

    def run(self, steps: list[Step]) -> None:
        """Does steps, each compared; raises Difference at the first that is wrong."""
        for step in steps:
            self.step(step)
        self.look(steps[-1].today if steps else FIRST)

    def step(self, step: Step) -> None:
        """Does one step and compares."""
        try:
            self._step(step)
            self.place += 1
            if self.place % LOOKED == 0:
                self.look(step.today)
        except Differs as wrong:
            raise Difference(self.place, step, str(wrong)) from wrong

    def look(self, at: date) -> None:
        """All that is recomputed, as of a day."""
        try:
            self.comparing.look(self.model, at, self.place)
        except Differs as wrong:
            raise Difference(self.place, Step("AskAudit", {}, at), str(wrong)) from wrong

    def _step(self, step: Step) -> None:
        self.figures.count(step)
        try:
            asked = self._filled(step).asked
        except Refusal as refused:  # by its own bounds
            self.figures.refused(refused.code)
            return
        if step.beside is not None:
            self._both(step, asked)
        elif isinstance(asked, Question):
            self._ask(step, asked)
        else:
            self._do(step, asked)

    def _filled(self, step: Step) -> Step:
        """A step with what was given to us in place of its name: `$token` is the last token."""

        def fill(value: Any) -> Any:
            if isinstance(value, str) and value.startswith("$folder/"):
                return value.replace("$folder", self.folder.name)
            if isinstance(value, str) and value.startswith("$"):
                return self.given.get(value[1:], ["unknown"])[-1]
            return [fill(one) for one in value] if isinstance(value, list) else value

        return replace(step, fields={name: fill(value) for name, value in step.fields.items()})

    def _ask(self, step: Step, asked: Any) -> None:
        before = self.digest() if self.place % 3 == 0 else None
        told = self._deliver(step, asked)
        if told.refused is not None:
            self.figures.refused(told.refused.code)
        if told.struck:
            self._after_disk(step, told)
        if step.of in WRITES:
            self._known = None
        elif before is not None:
            self._unchanged(before, "a question changed something")

    def _unchanged(self, before: str, why: str) -> None:
        self._known = None
        if self.digest() != before:
            raise Differs(why)

    def _do(self, step: Step, asked: Any) -> None:
        expected, sure = self.model.must_refuse(asked, step.today), self.model.must_accept(asked, step.today)
        known = self._told_before(step)
        before = self.digest() if self._watched(step) else None
        heads = self.heads()
        told = self._deliver(step, asked)
        if told.struck and step.fault is not None and step.fault.kind in faults.FILES:
            told = self._after_disk(step, told)
        elif told.struck:
            self.figures.struck(step.fault)
        if told.failed:
            told = self._after_fault(step, asked, told, before, heads)
        if told.refused is not None:
            self._refused(step, told.refused, before, heads, expected, sure, known)
        elif known is not None:
            if told.new:
                raise Differs(f"the id {step.key} was taken a second time")
            if known == "other":
                raise Differs(f"the id {step.key} was taken with other content")
            if before is not None:
                self._unchanged(before, "what was done before changed something")
        else:
            self._accepted(step, asked, told, expected)

    def _watched(self, step: Step) -> bool:
        return step.fault is not None or step.why != "new" or self.place % 4 == 0

    def _told_before(self, step: Step) -> str | None:
        """Whether its id is known: with the same content, or another."""
        if step.key is None:
            return None
        first = self.keys.get((kind(step), step.key))
        if first is None:
            return None
        return "same" if (first.of, first.fields) == (step.of, step.fields) else "other"

    def _deliver(self, step: Step, asked: Any, door: int | None = None, fault: bool = True) -> Told:
        at = self.door(step, door)
        if step.fault is None or not fault:
            return self._handed(step, delivered(at, asked, step.key))
        if step.fault.kind in faults.FILES:
            self._lay = self.files.there()
            with faults.failing_disk(step.fault) as failed:
                told = self._handed(step, delivered(at, asked, step.key))
            return replace(told, struck=bool(failed))
        if step.fault.kind in faults.KILLS:
            return self._killed(step)
        if step.fault.kind == "full" and at.setting.engine.dialect.name == "sqlite":
            with faults.full_disk(at.setting.engine, step.fault.at % 3):
                told = delivered(at, asked, step.key)
            return replace(told, struck=told.refused is not None and "full" in str(told.refused))
        with faults.sabotaged(at.setting.engine, step.fault, self._cut) as sabotage:
            told = delivered(at, asked, step.key)
        return replace(told, struck=sabotage.struck)

    def _handed(self, step: Step, told: Told) -> Told:
        """What a delivery came to, with the files of documents written that it answers."""
        if step.of != "AskFiles" or told.refused is not None:
            return told
        return replace(told, refused=self.files.out(told.view, handing.ending(step.fields)))

    def _after_disk(self, step: Step, told: Told) -> Told:
        """What there is of files after the disk failed; on one that is well they are there."""
        self.figures.struck(step.fault)
        self.files.check(self._lay, told.refused)
        again = self._deliver(step, self._filled(step).asked, fault=False)
        no_client = again.refused is not None and again.refused.code == "no-database" and step.of in CLIENTS
        if again.refused is not None and not no_client and "already" not in str(again.refused):
            raise Differs(f"on a disk that is well again: {again.refused}")
        return again

    def _cut(self) -> None:
        """Ends all connections to the database at the server; a SQLite file has none to end."""
        if self.observer.dialect.name == "postgresql":
            with self.observer.connect() as connection:
                connection.execute(text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                ))  # fmt: skip

    def _killed(self, step: Step) -> Told:
        """Does a step in a process that kills itself."""
        self._before, self._known = self.digest(), None
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["tests.simulation.world", "billing.service"])
        process = context.Process(target=do_and_die, args=(self.url, self._filled(step).as_json()))
        process.start()
        process.join(SECONDS)
        if process.is_alive():
            process.kill()
            raise Differs("a process that was to be killed waits for ever")
        if process.exitcode is not None and process.exitcode < 0:
            return Told(killed=True, struck=True)
        before, self._known = self.digest(), None
        again = delivered(self.door(step), self._filled(step).asked, step.key)  # it came to its end before
        if again.refused is not None and before != self._before and not self._remembers(step):
            return Told()  # what ends something outside the chains finds it ended
        return again if self._told_before(step) else replace(again, new=True)

    def _after_fault(self, step: Step, asked: Any, told: Told, before: str | None, heads: Any) -> Told:
        """What is there after a fault is all or nothing; delivered again, it is there once."""
        self._known = None
        moved = self.digest() != before
        if moved and step.fault is not None and step.of not in IN_PARTS:
            if step.fault.kind not in ("lost", "kill-after"):
                raise Differs(f"after {step.fault.kind} something is kept of what was not committed")
            if told.refused is not None and "nothing was changed" in told.refused.message:
                raise Differs("the answer says that nothing was changed, and it was")
        again = self._deliver(step, asked, 1 - self.place % 2, fault=False)
        chained = self.heads() != heads
        if (
            again.refused is None
            and moved
            and chained
            and step.key is not None
            and step.of not in IN_PARTS
            and again.new
        ):
            raise Differs("it was done, and delivered again it was done a second time")
        self._known = None
        if moved and again.refused is not None and not self._remembers(step):
            return Told()  # what ends something outside the chains finds it ended
        return replace(again, new=True) if moved else again

    def _refused(
        self, step: Step, refused: Refusal, before: str | None, heads: Any, expected: str | None, sure: bool,
        known: str | None,
    ) -> None:  # fmt: skip
        self.figures.refused(refused.code)
        if refused.code == "no-database" and step.of not in CLIENTS:
            raise Differs(f"refused by the database: {refused.message}")
        if known == "same":
            raise Differs(f"the id {step.key} with the same content is refused: {refused.message}")
        if known is None and sure:
            raise Differs(f"refused as {refused.code}, which no rule does: {refused.message}")
        if known is None and expected is not None and refused.code != expected:
            self.figures.other_code += 1
        if self.heads() != heads:
            raise Differs("a refusal added to a chain")
        if before is not None and step.of not in IN_PARTS:
            self._unchanged(before, f"a refusal ({refused.code}) changed something")

    def _accepted(self, step: Step, asked: Any, told: Told, expected: str | None) -> None:
        self._known = None
        if expected is not None and told.new:
            raise Differs(f"accepted, where the rules refuse it as {expected}")
        if step.key is not None and self._remembers(step):
            self.keys[kind(step), step.key] = step
        if told.new:
            self.figures.accepted(step)
            self.model.apply(asked, told.view, step.key, step.today)
        self._learn(told.view)
        self.comparing.compare(self.model, self._touched(step, told.view), step.today, self.place)

    def _remembers(self, step: Step) -> bool:
        """Whether an id is kept: what came to nothing does not use it up (L5)."""
        if step.of in OWN_IDS:
            return True
        r = schema.reference.c
        with reading(self.observer) as connection:
            found = select(r.seq).where(r.kind == kind(step), r.external_id == step.key)
            return connection.execute(found).first() is not None

    def _learn(self, view: Any) -> None:
        for name in GIVEN:
            value = getattr(view, name, None)
            if isinstance(value, str):
                self.given.setdefault(name, []).append(value)

    def _touched(self, step: Step, view: Any) -> list[str]:
        """Whose figures a step may have moved."""
        found = [step.fields.get("customer"), getattr(view, "customer", None)]
        named = [code for code in dict.fromkeys(found) if code in self.model.customers]
        return named or ([] if step.of not in IN_PARTS else sorted(self.model.customers))

    # Two doors at once

    def _both(self, step: Step, asked: Any) -> None:
        """Does two steps at the same moment; what there is then is what one order of them comes to."""
        assert step.beside is not None
        other = self._filled(step.beside)
        pair = [(step.alone(), asked), (step.beside, other.asked)]
        gate, answers = threading.Barrier(2), [Told(), Told()]

        def does(place: int) -> None:
            gate.wait(SECONDS)
            answers[place] = self._deliver(*pair[place], door=place)

        threads = [threading.Thread(target=does, args=(place,)) for place in (0, 1)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(SECONDS)
        if any(thread.is_alive() for thread in threads):
            raise Differs("two doors wait for each other for ever")
        self._known = None
        self._one_order(pair, answers)

    def _one_order(self, pair: list[tuple[Step, Any]], answers: list[Told]) -> None:
        said, whole = [], self.model
        for order in itertools.permutations((0, 1)):
            model = whole.copied()
            try:
                for place in order:
                    one, asked = pair[place]
                    told = answers[place]
                    if told.refused is None and told.new and self._told_before(one) is None:
                        if (code := model.must_refuse(asked, one.today)) is not None:
                            raise Differs(f"{one.of} was accepted, where the rules refuse it as {code}")
                        model.apply(asked, told.view, one.key, one.today)
                named = [one.fields.get("customer") for one, _ in pair]
                known = [code for code in named if code in model.customers]
                self.comparing.compare(model, known, pair[0][0].today, self.place)
                self.model = model
                break
            except (Differs, KeyError) as wrong:
                said.append(str(wrong))
        else:
            raise Differs("at two doors at once: " + " / ".join(said))
        for (one, _), told in zip(pair, answers, strict=True):
            if told.refused is not None:
                self.figures.refused(told.refused.code)
                if told.refused.code == "no-database":
                    raise Differs(f"refused by the database: {told.refused.message}")
            elif one.key is not None and self._remembers(one):
                self.keys.setdefault((kind(one), one.key), one)
        first, second = pair[0][0], pair[1][0]
        twice = first.key is not None and (kind(first), first.key) == (kind(second), second.key)
        if twice and self._remembers(first) and all(told.refused is None and told.new for told in answers):
            raise Differs("two deliveries of one id are both new")
