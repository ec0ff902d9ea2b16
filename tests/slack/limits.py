"""What Slack documents of payloads, checked as Slack would: the first fault, or None."""

from __future__ import annotations

import json
from typing import Any, Callable, Dict, Iterator, List, Optional

TEXT = {"plain_text", "mrkdwn"}
IN_ACTIONS = {"button", "static_select", "radio_buttons", "checkboxes", "timepicker", "overflow", "datepicker"}
IN_INPUT = {"plain_text_input", "static_select", "radio_buttons", "checkboxes", "timepicker"}
IN_SECTION = IN_ACTIONS
SURFACES = {
    "message": {"section", "context", "actions", "divider", "header", "input", "image"},
    "modal": {"section", "context", "actions", "divider", "header", "input", "image"},
    "home": {"section", "context", "actions", "divider", "header", "input", "image"},
}
MOST = {"message": 50, "modal": 100, "home": 100}


class Fault(Exception):
    """A payload that Slack would refuse."""


def need(holds: Any, fault: str) -> None:
    """Raise unless something holds."""
    if not holds:
        raise Fault(fault)


def message_fault(body: Dict[str, Any]) -> Optional[str]:
    """Why Slack would refuse a message."""
    return _fault(lambda: _message(body))


def view_fault(view: Dict[str, Any]) -> Optional[str]:
    """Why Slack would refuse a modal or a Home tab."""
    return _fault(lambda: _view(view))


def _fault(check: Callable[[], None]) -> Optional[str]:
    try:
        check()
    except Fault as fault:
        return str(fault)
    except (KeyError, TypeError, AttributeError) as error:
        return f"not in shape: {error!r}"
    return None


def _message(body: Dict[str, Any]) -> None:
    text = body.get("text")
    need(isinstance(text, str) and text.strip(), "no_text")
    need(len(text) <= 4000, "msg_too_long")
    if "blocks" in body:
        _blocks(body["blocks"], "message")
        need(len(json.dumps(body["blocks"])) < 60_000 and _shown(body["blocks"]) <= 13_200, "msg_blocks_too_long")


def _view(view: Dict[str, Any]) -> None:
    need(view["type"] in ("modal", "home"), "view type")
    if view["type"] == "modal":
        _text(view["title"], 24, {"plain_text"})
        for key in ("close", "submit"):
            if key in view:
                _text(view[key], 24, {"plain_text"})
    _blocks(view["blocks"], view["type"])
    need(len(json.dumps(view)) < 250_000, "view_too_large")


def _shown(value: Any) -> int:
    if isinstance(value, dict):
        return sum(len(v) if k == "text" and isinstance(v, str) else _shown(v) for k, v in value.items())
    return sum(map(_shown, value)) if isinstance(value, list) else 0


def _blocks(blocks: List[Dict[str, Any]], surface: str) -> None:
    need(isinstance(blocks, list) and 1 <= len(blocks) <= MOST[surface], f"{len(blocks)} blocks")
    ids = [block["block_id"] for block in blocks if "block_id" in block]
    need(len(ids) == len(set(ids)), "block_id twice")
    need(all(0 < len(i) <= 255 for i in ids), "block_id length")
    for n, block in enumerate(blocks):
        need(block["type"] in SURFACES[surface], f"blocks/{n}: {block['type']} not in a {surface}")
        CHECKS[block["type"]](block)
    actions = [element["action_id"] for element in _elements(blocks)]
    need(len(actions) == len(set(actions)), "action_id twice")


def _elements(blocks: List[Dict[str, Any]]) -> Iterator[Dict[str, Any]]:
    for block in blocks:
        found = [*(block.get("elements") or ()), block.get("element"), block.get("accessory")]
        yield from (element for element in found if element and "action_id" in element)


def _only(block: Dict[str, Any], *keys: str) -> None:
    need(set(block) <= {"type", "block_id", *keys}, f"{block['type']}: unknown {sorted(set(block) - set(keys))}")


def _text(text: Dict[str, Any], most: int, kinds: Any = TEXT) -> None:
    need(text["type"] in kinds, f"text type {text['type']}")
    need(set(text) <= {"type", "text", "emoji" if text["type"] == "plain_text" else "verbatim"}, f"text keys {sorted(text)}")
    need(1 <= len(text["text"]) <= most, f"text of {len(text['text'])} characters, 1 to {most} allowed")


def _section(block: Dict[str, Any]) -> None:
    _only(block, "text", "fields", "accessory", "expand")
    need("text" in block or "fields" in block, "section without text")
    if "text" in block:
        _text(block["text"], 3000)
    if "fields" in block:
        need(1 <= len(block["fields"]) <= 10, "fields")
        for field in block["fields"]:
            _text(field, 2000)
    if "accessory" in block:
        _element(block["accessory"], IN_SECTION)


def _context(block: Dict[str, Any]) -> None:
    _only(block, "elements")
    need(1 <= len(block["elements"]) <= 10, "context elements")
    for element in block["elements"]:
        _text(element, 3000)


def _actions(block: Dict[str, Any]) -> None:
    _only(block, "elements")
    need(1 <= len(block["elements"]) <= 25, "actions elements")
    for element in block["elements"]:
        _element(element, IN_ACTIONS)


def _header(block: Dict[str, Any]) -> None:
    _only(block, "text")
    _text(block["text"], 150, {"plain_text"})


def _input(block: Dict[str, Any]) -> None:
    _only(block, "label", "element", "hint", "optional", "dispatch_action")
    _text(block["label"], 2000, {"plain_text"})
    _element(block["element"], IN_INPUT)


def _divider(block: Dict[str, Any]) -> None:
    _only(block)


def _element(element: Dict[str, Any], kinds: Any) -> None:
    need(element["type"] in kinds, f"element {element['type']} here")
    need(1 <= len(element["action_id"]) <= 255, "action_id length")
    ELEMENTS[element["type"]](element)


def _button(element: Dict[str, Any]) -> None:
    _text(element["text"], 75, {"plain_text"})
    need(len(element.get("value", "")) <= 2000, "button value")
    need("value" not in element or element["value"], "button value empty")
    need(element.get("style", "primary") in ("primary", "danger"), "button style")
    need(len(element.get("url", "")) <= 3000, "button url")
    need(set(element) <= {"type", "text", "action_id", "value", "style", "url", "confirm"}, "button keys")


def _options(element: Dict[str, Any], most: int, text: Any = TEXT) -> None:
    need(1 <= len(element["options"]) <= most, f"{len(element['options'])} options")
    values = [option["value"] for option in element["options"]]
    need(len(values) == len(set(values)), "option value twice")
    for option in [*element["options"], *(element.get("initial_options") or ())]:
        _text(option["text"], 75, text)
        need(1 <= len(option["value"]) <= 150, "option value")
    for option in element.get("initial_options") or ():
        need(option in element["options"], "initial option is no option")
    need("initial_options" not in element or element["initial_options"], "initial_options empty")


def _radio(element: Dict[str, Any]) -> None:
    _options(element, 10)


def _select(element: Dict[str, Any]) -> None:
    _options(element, 100, {"plain_text"})
    if "placeholder" in element:
        _text(element["placeholder"], 150, {"plain_text"})


def _typed(element: Dict[str, Any]) -> None:
    need(1 <= element.get("max_length", 3000) <= 3000, "max_length")


def _time(element: Dict[str, Any]) -> None:
    hour, _, minute = element.get("initial_time", "00:00").partition(":")
    need(len(hour) == len(minute) == 2 and int(hour) < 24 and int(minute) < 60, "initial_time")


CHECKS = {
    "section": _section,
    "context": _context,
    "actions": _actions,
    "header": _header,
    "input": _input,
    "divider": _divider,
}
ELEMENTS = {
    "button": _button,
    "radio_buttons": _radio,
    "checkboxes": _radio,
    "static_select": _select,
    "plain_text_input": _typed,
    "timepicker": _time,
}
