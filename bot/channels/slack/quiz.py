"""Quiz questions as Block Kit: controls to answer with, what was chosen in them, the question once it is answered. Pure."""

from __future__ import annotations

import json
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple

from bot.channels.slack.blocks import (
    LABEL,
    Block,
    Json,
    Message,
    actions,
    button,
    context,
    feedback,
    paged,
    plain,
    sections,
    suggestions,
)
from bot.channels.slack.mrkdwn import escape, mrkdwn

SUBMIT, HINT, SKIP = "quiz:submit", "quiz:hint", "quiz:skip"
SHARED = "shared:submit"
ANSWER, PAIR = "answer", "pair"
SELECT_ALL, MATCH, SHORT = "select_all", "match", "short_answer"
TRUTH = ("true", "false")


class Incomplete(ValueError):
    """Nothing, or not all, was chosen; the message says what is missing."""


def question(item: Json, above: Sequence[Block] = (), shared: bool = False) -> Message:
    """A question with its controls; a `shared` one is for everybody in the room, without hints."""
    value = json.dumps({key: item[key] for key in ("id", "number", "type")})
    submit = button("Submit", SHARED if shared else SUBMIT, value, "primary")
    more = [] if shared else [button("Hint", HINT, value), button("Skip", SKIP, value)]
    note = [context("Everybody may answer, once; only you see how you did.")] if shared else []
    blocks = [*above, *_stem(item, shared), *_hints(item), *controls(item), *note, *actions([submit, *more])]
    return Message(f"Question {item['number']} of {item['of']}: {escape(item['stem'])[:2500]}", blocks)


def _stem(item: Json, shared: bool = False, marks: Optional[Mapping[str, str]] = None) -> List[Block]:
    """The stem; once it is answered, or where a control cannot show it all, what is to be matched and the options in full."""
    number = "" if shared else f"*Question {item['number']} of {item['of']}.* "
    blocks = sections(f"{number}{mrkdwn(item['stem'])}")
    if marks is not None:
        blocks += sections("\n".join(f"{p['id']}. {mrkdwn(p['text'])}" for p in item.get("prompts") or ()))
    if marks is not None or item.get("struck") or any(len(_label(o)) > LABEL for o in item.get("options") or ()):
        blocks += sections("\n".join(_option(o, item, (marks or {}).get(o["id"], "")) for o in item.get("options") or ()))
    return blocks


def _label(option: Json) -> str:
    text = " ".join(option["text"].split())
    return text if option["id"] in TRUTH else f"{option['id']}) {text}"


def _option(option: Json, item: Json, mark: str) -> str:
    text = mrkdwn(option["text"]) if option["id"] in TRUTH else f"{option['id']}) {mrkdwn(option['text'])}"
    return f"{mark}{f'~{text}~' if option['id'] in (item.get('struck') or ()) else text}"


def _hints(item: Json) -> List[Block]:
    return [context(f"Hint: {mrkdwn(hint)}") for hint in item.get("hints") or ()]


def controls(item: Json) -> List[Block]:
    """What the question is answered with: radio buttons, check boxes, a menu for each pair, or a text field."""
    choices = [_choice(o) for o in item.get("options") or () if o["id"] not in (item.get("struck") or ())]
    if item["type"] == SHORT:
        element: Block = {"type": "plain_text_input", "action_id": ANSWER, "multiline": True, "max_length": 1500}
        return [_input(ANSWER, "Your answer, in your own words", element)]
    if item["type"] == MATCH:
        menus = [(p, {"type": "static_select", "action_id": f"{PAIR}:{p['id']}", "options": choices}) for p in item["prompts"]]
        return [_input(f"{PAIR}:{p['id']}", f"{p['id']}. {p['text']}", menu) for p, menu in menus]
    kind = "checkboxes" if item["type"] == SELECT_ALL else "radio_buttons"
    label = "Tick all that fit" if item["type"] == SELECT_ALL else "Your answer"
    return [_input(ANSWER, label, {"type": kind, "action_id": ANSWER, "options": choices})]


def _input(block_id: str, label: str, element: Block) -> Block:
    return {"type": "input", "block_id": block_id, "label": plain(label, 2000), "element": element}


def _choice(option: Json) -> Block:
    return {"text": plain(_label(option), LABEL), "value": option["id"]}


def chosen(state: Json, kind: str) -> str:
    """The answer in a message's controls as it would be typed; raises Incomplete."""
    values: Dict[str, Any] = {}
    for elements in (state.get("values") or {}).values():
        values.update(elements)
    if kind == MATCH:
        return _pairs(values)
    given = values.get(ANSWER) or {}
    if kind == SHORT:
        text = (given.get("value") or "").strip()
        if not text:
            raise Incomplete("Write your answer first, then press Submit.")
        return text
    picked = given.get("selected_options") or [given.get("selected_option")]
    ids = [option["value"] for option in picked if option]
    if not ids:
        raise Incomplete("Choose an answer first, then press Submit.")
    return ", ".join(ids)


def _pairs(values: Json) -> str:
    menus = {name.partition(":")[2]: given.get("selected_option") for name, given in values.items() if name.startswith(f"{PAIR}:")}
    empty = [number for number, option in menus.items() if not option]
    if empty or not menus:
        raise Incomplete("Choose a partner for each line first, then press Submit.")
    return ", ".join(f"{number}{option['value']}" for number, option in sorted(menus.items()))


def answered(item: Json, custom: Json, said: str = "") -> List[Message]:
    """The question in place of its controls with the feedback: what is right, what was chosen, why."""
    marks, key, taken = {}, set(custom.get("key") or ()), set(custom.get("chosen") or ())
    for option in item.get("options") or ():
        right, mine = option["id"] in key, option["id"] in taken
        marks[option["id"]] = "✓ " if right else "✗ " if mine else ""
    own = [context(f"Your answer: {escape(said)}")] if said else []
    blocks = [*_stem(item, marks=marks), *own, *feedback(custom), *suggestions(custom.get("suggestions") or ())]
    return paged(blocks, f"{custom.get('message') or ''} {item['stem']}")


def closed(shown: Sequence[Block], note: str) -> Message:
    """A message whose question is settled elsewhere: its controls give way to a note."""
    left = [_again(block) for block in shown if block.get("type") not in ("input", "actions")]
    return Message(note, [*left, context(escape(note))])


def _again(block: Block) -> Block:
    """A block as it may be sent back: Slack fills in ids that it knows itself."""
    return {key: value for key, value in block.items() if key != "block_id"}


def read_value(value: str) -> Tuple[str, int, str]:
    """Item, number and type of the question a button stands under; raises ValueError for what is none of ours."""
    data = json.loads(value)
    return str(data["id"]), int(data["number"]), str(data["type"])
