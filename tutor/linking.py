"""One learner over several channels: codes that link them, and the records of both made one."""

from __future__ import annotations

import re
import secrets
from datetime import datetime, timedelta
from typing import Any, Callable, Collection, Dict, List, Optional, Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from tutor import tables
from tutor.progress import Grade, Mastery, review, utc
from tutor.tables import explained

SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: no I, L, O, U
LENGTH = 8
VALID = timedelta(minutes=10)
_MEANT = str.maketrans("OIL", "011")


class Links:
    """Who is the same learner as whom, in the database of the learners' records.

    An alias has no records: those of all that are linked are kept under one account. `choose` picks a sign of a code.
    Every method raises StorageError when the database fails, ValueError for a time that is not in UTC.
    """

    def __init__(self, engine: Engine, choose: Callable[[str], str] = secrets.choice) -> None:
        self._engine = engine
        self._choose = choose
        self._reading, self._writing = tables.reading(engine), tables.writing(engine)

    def account(self, learner: str) -> str:
        """Under whom a learner's records are kept."""
        with explained(self._engine.url), self._reading.begin() as db:
            return _account(db, learner)

    def everyone(self, learner: str) -> List[str]:
        """All that are the same learner: the account first, then its aliases."""
        with explained(self._engine.url), self._reading.begin() as db:
            account = _account(db, learner)
            return [account, *_aliases(db, account)]

    def new_code(self, learner: str, now: datetime) -> str:
        """A code for ten minutes and one use, in two groups; the one before it is no longer valid."""
        code = "".join(self._choose(SIGNS) for _ in range(LENGTH))
        codes = tables.link_codes
        row = {"code": code, "learner": learner, "expires": utc(now) + VALID}
        with explained(self._engine.url), self._writing.begin() as db:
            tables.alone(db, learner)
            db.execute(codes.delete().where((codes.c.learner == learner) | (codes.c.expires <= utc(now)) | (codes.c.code == code)))
            db.execute(codes.insert().values(row))
        return f"{code[:4]}-{code[4:]}"

    def link(self, code: str, learner: str, now: datetime) -> bool:
        """Make a learner an alias of the one who asked for this code; False if the code is wrong, used, too old or one's own.

        What the alias had recorded moves over. One that was linked elsewhere leaves its records there.
        """
        codes = tables.link_codes
        typed = as_typed(code)
        with explained(self._engine.url), self._writing.begin() as db:
            query = sa.select(codes.c.learner).where(codes.c.code == typed, codes.c.expires > utc(now))
            asked: Optional[str] = db.execute(query).scalar()
            if asked is None or asked == learner:
                return False
            # In one order, so that no two wait for each other in a ring.
            for one in sorted({asked, learner, _account(db, asked), _account(db, learner)}):
                tables.alone(db, one)
            if not db.execute(codes.delete().where(codes.c.code == typed)).rowcount:
                return False  # used in the meantime
            _join(db, learner, _account(db, asked), utc(now))
        return True

    def unlink(self, learner: str) -> bool:
        """Make a learner stand alone again, and with an account all its aliases; its records stay with the account."""
        links = tables.links
        with explained(self._engine.url), self._writing.begin() as db:
            return bool(db.execute(links.delete().where((links.c.alias == learner) | (links.c.account == learner))).rowcount)

    def is_linked(self, learner: str) -> bool:
        """Whether a learner is an alias, or has one."""
        return len(self.everyone(learner)) > 1

    def forget(self, learners: Collection[str]) -> int:
        """Delete every link and code of these learners; give the number of links."""
        links, codes, those = tables.links, tables.link_codes, list(learners)
        with explained(self._engine.url), self._writing.begin() as db:
            db.execute(codes.delete().where(codes.c.learner.in_(those)))
            return int(db.execute(links.delete().where(links.c.alias.in_(those) | links.c.account.in_(those))).rowcount)


def as_typed(code: str) -> str:
    """A code as it was made, however it was typed: small letters, gaps, O for 0, I or L for 1."""
    return re.sub(r"[\W_]+", "", code).upper().translate(_MEANT)


def _account(db: Connection, learner: str) -> str:
    found: Optional[str] = db.execute(sa.select(tables.links.c.account).where(tables.links.c.alias == learner)).scalar()
    return found or learner


def _aliases(db: Connection, account: str) -> List[str]:
    links = tables.links
    return list(
        db.execute(sa.select(links.c.alias).where(links.c.account == account).order_by(links.c.at, links.c.alias)).scalars()
    )


def _join(db: Connection, learner: str, account: str, now: datetime) -> None:
    """Make a learner an alias of an account, with the aliases that it has itself."""
    links = tables.links
    if _account(db, learner) == account:
        return
    db.execute(links.delete().where(links.c.alias == learner))
    db.execute(links.update().where(links.c.account == learner).values(account=account))
    db.execute(links.insert().values(alias=learner, account=account, at=now))
    _move(db, learner, account)


def _move(db: Connection, learner: str, account: str) -> None:
    """Put a learner's records under an account. What both know is reckoned anew, as if one had answered all."""
    both = [_of_both(db, table, key, learner, account) for table, key in _KEYED]
    for table in (tables.sessions, tables.reviews):
        db.execute(table.update().where(table.c.learner == learner).values(learner=account))
    for (table, key), shared in zip(_KEYED, both, strict=True):
        db.execute(table.delete().where(table.c.learner.in_([learner, account]), key.in_(shared)))
        db.execute(table.update().where(table.c.learner == learner).values(learner=account))
    _review_again(db, account, both[0])
    _master_again(db, account, both[1])
    _keep_newest_open(db, account)


_KEYED = ((tables.cards, tables.cards.c.claim), (tables.mastery, tables.mastery.c.concept))


def _of_both(db: Connection, table: sa.Table, key: Any, learner: str, account: str) -> List[str]:
    those = sa.select(key).where(table.c.learner.in_([learner, account])).group_by(key).having(sa.func.count() > 1)
    return list(db.execute(those).scalars())


def _review_again(db: Connection, account: str, claims: Sequence[str]) -> None:
    """Make the cards of these claims from all the reviews, in the order of time."""
    table = tables.reviews
    query = sa.select(table).where(table.c.learner == account, table.c.claim.in_(claims)).order_by(table.c.at, table.c.id)
    cards: Dict[str, Any] = {}
    for row in db.execute(query).all() if claims else ():
        cards[row.claim] = review(cards.get(row.claim), row.claim, Grade(row.grade), row.at)
    rows = [{**vars(card), "learner": account, "state": card.state.value} for card in cards.values()]
    tables.upsert(db, tables.cards, rows)


def _master_again(db: Connection, account: str, concepts: Sequence[str]) -> None:
    """Make the mastery of these concepts from all the answers, in the order of time; half for one after a hint, as in a quiz."""
    turns, sessions = tables.turns, tables.sessions
    joined = turns.join(sessions, turns.c.session == sessions.c.id)
    theirs = sa.select(turns.c.item, turns.c.result, turns.c.hints).select_from(joined)
    query = theirs.where(sessions.c.learner == account, turns.c.answered_at.is_not(None)).order_by(
        turns.c.answered_at, turns.c.session
    )
    known: Dict[str, Mastery] = {}
    for item, result, hints in db.execute(query).all() if concepts else ():
        concept = item.get("concept")
        if concept in concepts and not result.get("skipped"):
            known[concept] = known.get(concept, Mastery(concept)).after(result["score"] / (2 if hints else 1))
    tables.upsert(db, tables.mastery, [{"learner": account, **vars(one)} for one in known.values()])


def _keep_newest_open(db: Connection, account: str) -> None:
    """Leave one session that can go on: of several the newest."""
    table = tables.sessions
    undone = (table.c.learner == account) & (table.c.status != "done")
    newest = db.execute(sa.select(sa.func.max(table.c.id)).where(undone)).scalar()
    db.execute(table.update().where(undone & (table.c.id != newest)).values(status="done"))
