"""A reply's JSON as Block Kit messages. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from typing import Any, Dict, List, Mapping, Optional, Sequence

from bot.channels.slack.mrkdwn import escape, mrkdwn, shorten, split

Block = Dict[str, Any]
Json = Mapping[str, Any]

SECTION = 2900  # characters; Slack allows 3,000
FIELD = 1900  # 2,000
FIELDS = 10
BUTTONS = 25  # elements of an actions block
LABEL = 75  # of a button, of an option
VALUE = 2000  # of a button
PAGE_BLOCKS = 44  # 50; the rest is for what is added around a reply
PAGE_TEXT = 12_000  # characters; Slack cuts messages somewhat beyond
FALLBACK = 3000
FEW = 10  # sources that have a button each
MENU = 100  # options of a menu
CHOICE = 150  # characters of the value of an option
SAY, PASSAGE = "say", "passage"  # what a button does: its action_id up to the colon


@dataclass(frozen=True)
class Message:
    """One message: its blocks, and the text for notifications and screen readers."""

    text: str
    blocks: List[Block]


def messages(reply: Json, above: Sequence[Block] = ()) -> List[Message]:
    """A reply, `above` it what it refers to, as one message or more."""
    custom = reply.get("custom") or {}
    blocks = [*above, *body(custom, reply.get("text") or ""), *suggestions(custom.get("suggestions") or ())]
    return paged(blocks, reply.get("text") or custom.get("message") or "")


def body(custom: Json, text: str) -> List[Block]:
    """The blocks of a reply, without its suggestions; of a shape unheard of, the text."""
    make = {"answer": answer, "feedback": feedback, "quiz_summary": scores, "progress": scores}.get(custom.get("kind", ""))
    if make:
        return make(custom)
    return sections(mrkdwn(custom.get("message") or text))


def answer(custom: Json) -> List[Block]:
    """An answer: lead, cited sentences under their headings, table, positions, sources."""
    placed = {p["text"] for p in custom.get("positions") or ()}
    repeated = all(s["text"] in placed for s in custom["sentences"])  # side by side, so not above it too
    prose = "" if repeated else _prose(custom)
    return [
        *sections(mrkdwn(f"**{custom['lead']}**") if custom.get("lead") else ""),
        *sections(prose),
        *(table(custom["table"]) if custom.get("table") else ()),
        *(block for p in custom.get("positions") or () for block in sections(f"*{escape(p['author'])}*\n{_cited(p)}")),
        *cited(custom.get("citations") or ()),
    ]


def _prose(custom: Json) -> str:
    heads = {s["first"]: f"\n*{escape(s['title'])}*\n" for s in custom.get("sections") or ()}
    bullet, gap = ("• ", "\n") if custom.get("list") else ("", "\n\n")
    return gap.join(f"{heads.get(n, '')}{bullet}{_cited(s)}" for n, s in enumerate(custom.get("sentences") or ())).strip()


def _cited(sentence: Json) -> str:
    """A sentence with its marks."""
    return " ".join([mrkdwn(sentence["text"]), *(f"[{n}]" for n in sentence["citations"])])


def table(custom: Json) -> List[Block]:
    """A comparison: for each aspect a section, its cells side by side as fields."""
    blocks: List[Block] = []
    for row in custom["rows"]:
        blocks += sections(f"*{escape(row['aspect'])}*")
        heads = [f"*{escape(column)}*\n" for column in custom["columns"]]
        cells = [split(head + _cell(cell), FIELD) for head, cell in zip(heads, row["cells"], strict=False)]
        for line in zip_longest(*cells, fillvalue="\u00a0"):  # a field must not be empty
            for start in range(0, len(line), FIELDS):
                blocks.append({"type": "section", "fields": [_text(part) for part in line[start : start + FIELDS]]})
    return blocks


def _cell(cell: Json) -> str:
    points = [line for line in cell["text"].split("\n") if line.strip()]
    bulleted = "\n".join(f"• {mrkdwn(p)}" for p in points) if len(points) > 1 else mrkdwn(cell["text"])
    return " ".join([bulleted or "–", *(f"[{n}]" for n in cell["citations"])])


def cited(citations: Sequence[Json]) -> List[Block]:
    """The sources as context, reading by reading, and what opens a passage: a button for each, a menu where they are many."""
    readings: Dict[str, List[str]] = {}
    for citation in citations:
        readings.setdefault(_reading(citation), []).append(_spot(citation))
    lines = split("\n".join(f"{reading}: {'; '.join(spots)}" for reading, spots in readings.items()), SECTION)
    return [*(context(line) for line in lines), *_opening(citations)]


def _opening(citations: Sequence[Json]) -> List[Block]:
    fits = len(citations) <= MENU and all(len(c["passage"]) <= CHOICE for c in citations)
    if len(citations) <= FEW or not fits:
        return actions([button(f"Open [{c['number']}]", f"{PASSAGE}:{c['number']}", c["passage"]) for c in citations])
    once = {c["passage"]: plain(f"[{c['number']}] {c['author']}, {c.get('locator') or ''}", LABEL) for c in citations}
    options = [{"text": text, "value": passage} for passage, text in once.items()]
    menu = {
        "type": "static_select",
        "action_id": f"{PASSAGE}:menu",
        "placeholder": plain("Open a source", LABEL),
        "options": options,
    }
    return actions([menu])


def _reading(citation: Json) -> str:
    title = f"_{escape(shorten(citation['title'], 120))}_"
    return f"{escape(shorten(citation['author'], 80))}, {title} ({citation.get('year') or 'no date'})"


def _spot(citation: Json) -> str:
    again = " (in the same words)" if citation.get("repeats") else ""
    return f"[{citation['number']}] {escape(shorten(citation.get('locator') or '', 120))}{again}"


def feedback(custom: Json) -> List[Block]:
    """Why an answer is right or wrong, with its sources."""
    return [*sections(mrkdwn(custom.get("message") or "")), *sections(_prose(custom)), *cited(custom.get("citations") or ())]


def scores(custom: Json) -> List[Block]:
    """The end of a session, or how somebody is doing: a field for each topic."""
    rows = list(custom.get("by_concept") or ())
    fields = [_text(_score(row)) for row in rows[: 4 * FIELDS]]
    more = [context(f"and {len(rows) - len(fields)} more topics")] if len(rows) > len(fields) else []
    missed = "\n".join(f"• {mrkdwn(stem)}" for stem in custom.get("missed") or ())
    return [
        *sections(mrkdwn(custom.get("message") or "")),
        *({"type": "section", "fields": fields[n : n + FIELDS]} for n in range(0, len(fields), FIELDS)),
        *more,
        *sections(f"*To review*\n{missed}" if missed else ""),
    ]


def _score(row: Json) -> str:
    due = datetime.fromisoformat(row["due"].replace("Z", "+00:00")) if row.get("due") else None
    when = f", due {due.day} {due:%B}" if due else ""
    return f"*{escape(shorten(row['name'], 80))}*\n{row['correct']} of {row['asked']} right, {bar(row['mastery'])}{when}"


def bar(share: float) -> str:
    """A share, 0 to 1, as a bar and a number."""
    full = round(share * 5)
    return f"{'▰' * full}{'▱' * (5 - full)} {int(share * 100)} %"


def suggestions(texts: Sequence[str]) -> List[Block]:
    """A button for each thing that might be said next; pressing it says it."""
    return actions([button(text, f"{SAY}:{n}", text) for n, text in enumerate(texts)])


# -- the pieces --------------------------------------------------------------------------------------------------------


def _text(text: str) -> Block:
    return {"type": "mrkdwn", "text": text}


def plain(text: str, most: int) -> Block:
    """Text without markup, at most so many characters."""
    return {"type": "plain_text", "text": shorten(text, most) or "–", "emoji": False}


def header(text: str) -> Block:
    """A heading."""
    return {"type": "header", "text": plain(text, 150)}


def sections(text: str) -> List[Block]:
    """A text in mrkdwn as sections; none for an empty one."""
    return [{"type": "section", "text": _text(part)} for part in split(text, SECTION)]


def context(text: str) -> Block:
    """Small print, in mrkdwn."""
    return {"type": "context", "elements": [_text(split(text, SECTION)[0])]}


def quoted(text: str) -> Block:
    """What somebody said, as it was typed: nothing in it is read as markup."""
    return {"type": "context", "elements": [plain(f"You: {text}", 300)]}


def button(label: str, action: str, value: str, style: Optional[str] = None) -> Block:
    """A button; its whole meaning is in `value`, as the label may have to be cut."""
    made: Block = {"type": "button", "text": plain(label, LABEL), "action_id": action, "value": value[:VALUE]}
    return {**made, "style": style} if style else made


def actions(elements: Sequence[Block]) -> List[Block]:
    """Buttons in as many blocks as they need."""
    return [{"type": "actions", "elements": list(elements[n : n + BUTTONS])} for n in range(0, len(elements), BUTTONS)]


def paged(blocks: Sequence[Block], text: str) -> List[Message]:
    """Spread blocks over messages within Slack's limits; each has a fallback of its own."""
    pages: List[List[Block]] = [[]]
    room = PAGE_TEXT
    for block in blocks:
        size = _size(block)
        if pages[-1] and (len(pages[-1]) >= PAGE_BLOCKS or size > room):
            pages.append([])
            room = PAGE_TEXT
        pages[-1].append(block)
        room -= size
    prose = "\n".join(line for line in text.splitlines() if not line.startswith("|"))
    fallback = mrkdwn(prose).strip() or "The tutor answers."
    cut = split(fallback, FALLBACK)[0]
    return [Message(cut if n == 0 else "The answer goes on.", page) for n, page in enumerate(pages) if page]


def _size(value: Any) -> int:
    """The characters of a block that are shown."""
    if isinstance(value, dict):
        return sum(len(v) if k == "text" and isinstance(v, str) else _size(v) for k, v in value.items())
    return sum(map(_size, value)) if isinstance(value, list) else 0
