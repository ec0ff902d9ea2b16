"""What opens over Slack or fills its Home tab: the passage behind a citation, the learner's own page. Pure."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Optional, Sequence

from bot.channels.slack.blocks import SAY, Block, Json, actions, bar, button, context, header, plain, sections
from bot.channels.slack.mrkdwn import escape, shorten
from tutor.notices import Notice

TITLE = 24  # characters of a modal's title
MOST = 95  # blocks; Slack takes 100
REMIND_AT, REMIND_QUIET, REMIND_OFF = "remind:at", "remind:quiet", "remind:off"
LINK, UNLINK = "link:code", "link:off"
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
EVENING = 18 * 60  # minute of the day that is offered first
WEAKEST = 8  # topics on the Home tab

View = Dict[str, Any]


def passage_view(number: str, found: Optional[Json]) -> View:
    """The passage behind a citation, with the original paragraph and the editor's notes."""
    blocks = _passage(found) if found else sections("This passage is no longer in the course. Ask again for its present sources.")
    title = {"type": "plain_text", "text": f"Source [{number}]"[:TITLE] if number else "Source"}
    return {"type": "modal", "title": title, "close": {"type": "plain_text", "text": "Close"}, "blocks": blocks[:MOST]}


def _passage(found: Json) -> List[Block]:
    source, original = found["source"], found.get("original") or {}
    year = source.get("year") or "no date"
    about = ", ".join(filter(None, [str(source.get("publication") or ""), str(found.get("locator") or "")]))
    blocks = [
        header(source["title"]),
        context(" · ".join(filter(None, [escape(source["author"]), escape(str(year)), escape(about)]))),
        *_quote("", found["text"]),
    ]
    if original.get("text") and original["text"].strip() != found["text"].strip():
        place = original.get("locator") or ""
        blocks += [*_quote(f"As it stands in the reading: {place}" if place else "As it stands in the reading", original["text"])]
    for note in found.get("notes") or ():
        blocks += _note(note)
    if source.get("note"):
        blocks += [context(escape(f"About this reading: {source['note']}"))]
    return [*blocks, *_open(source.get("url") or "")]


def _quote(title: str, text: str) -> List[Block]:
    lines = "\n".join(f"&gt; {line}" for line in escape(text).splitlines())
    return sections("\n".join(filter(None, [f"*{escape(title)}*" if title else "", lines.replace("&gt; ", "> ")])))


def _note(note: Json) -> List[Block]:
    lines = [("In the reading", note.get("reading_says")), ("In the course", note.get("course_teaches"))]
    told = "\n".join(f"*{name}:* {escape(text)}" for name, text in lines if text)
    return sections(f"*Editor’s note:* {escape(note.get('slip') or '')}\n{told}")


def _open(url: str) -> List[Block]:
    if not url.startswith(("https://", "http://")) or len(url) > 3000:
        return []
    return actions([{"type": "button", "text": plain("Read the source", 75), "action_id": "source", "url": url}])


def home_view(course: str, progress: Json, notice: Optional[Notice], starts: Sequence[str]) -> View:
    """The learner's page: how it goes, what is due, what to ask, reminders, the link to the web page."""
    blocks = [
        header(course),
        *_doing(progress),
        *_quizzing(int(progress.get("due") or 0)),
        {"type": "divider"},
        *sections("*Ask me something*\nWrite to me under Messages, or begin with one of these:"),
        *actions([button(text, f"{SAY}:start:{n}", text) for n, text in enumerate(starts[:5])]),
        {"type": "divider"},
        *reminders(notice),
        {"type": "divider"},
        *_linking(bool(progress.get("linked"))),
    ]
    return {"type": "home", "blocks": blocks[:MOST]}


def _doing(progress: Json) -> List[Block]:
    totals, rows = progress.get("totals") or {}, sorted(progress.get("by_concept") or (), key=lambda r: r["mastery"])
    answered, right = totals.get("answered", 0), totals.get("right", 0)
    if not answered:
        return sections("You have not answered any quiz questions yet.")
    lines = [
        f"*{escape(shorten(r['name'], 80))}*\n{r['correct']} of {r['asked']} right, {bar(r['mastery'])}" for r in rows[:WEAKEST]
    ]
    fields = [{"type": "mrkdwn", "text": line} for line in lines]
    told = sections(f"*{right} of {answered} answers right so far.*" + (" Your weakest topics:" if fields else ""))
    return [*told, *([{"type": "section", "fields": fields}] if fields else [])]


def _quizzing(due: int) -> List[Block]:
    told = f"*{due} {'point is' if due == 1 else 'points are'} due for review now.*" if due else "Nothing is due for review now."
    review = [button("Review what is due", f"{SAY}:due", "What's due?", "primary")] if due else []
    return [*sections(told), *actions([*review, button("Quiz me", f"{SAY}:quiz", "Quiz me")])]


def reminders(notice: Optional[Notice]) -> List[Block]:
    """When to be told what is due: a time, and days on which not."""
    minute = notice.minute if notice else EVENING
    picker: Block = {"type": "timepicker", "action_id": REMIND_AT, "placeholder": plain("Time", 150)}
    if not notice:
        told = "*Reminders*\nChoose a time, and I tell you each day when something is due for review. They are off now."
        return [*sections(told), *actions([picker])]
    picker["initial_time"] = clock(minute)
    boxes = [{"text": plain(day, 75), "value": str(n)} for n, day in enumerate(DAYS)]
    quiet: Block = {"type": "checkboxes", "action_id": REMIND_QUIET, "options": boxes}
    if notice.quiet:
        quiet["initial_options"] = [box for n, box in enumerate(boxes) if n in notice.quiet]
    told = f"*Reminders*\nI tell you at {clock(minute)} ({escape(notice.zone)}) when something is due. Not on the days ticked here:"
    return [*sections(told), *actions([quiet]), *actions([picker, button("Turn reminders off", REMIND_OFF, "off")])]


def clock(minute: int) -> str:
    """A minute of the day as 18:05."""
    return f"{minute // 60:02}:{minute % 60:02}"


def minute_of(clock_time: str) -> int:
    """The minute of the day of a time such as 18:05; raises ValueError."""
    hours, _, minutes = clock_time.partition(":")
    if not 0 <= int(hours) < 24 or not 0 <= int(minutes) < 60:
        raise ValueError(f"'{clock_time}' is no time of day")
    return int(hours) * 60 + int(minutes)


def _linking(linked: bool) -> List[Block]:
    if linked:
        told = "*The study page*\nYour progress here and on the tutor’s web page is one."
        return [*sections(told), *actions([button("Unlink", UNLINK, "unlink")])]
    told = "*The study page*\nIf you also learn on the tutor’s web page, a code joins your progress there with that here."
    return [*sections(told), *actions([button("Get a code", LINK, "link")])]


def values_of(view: Mapping[str, Any], action: str) -> Json:
    """What a control of a view holds now."""
    for elements in ((view.get("state") or {}).get("values") or {}).values():
        if action in elements:
            found: Json = elements[action]
            return found
    return {}
