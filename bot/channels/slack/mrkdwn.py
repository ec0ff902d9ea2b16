"""Markdown to Slack's mrkdwn, and Slack's text to what a student typed. Pure."""

from __future__ import annotations

import re
from typing import List

_INLINE = re.compile(
    r"(?P<code>`[^`\n]+`)"
    r"|\[(?P<label>[^\]\n]+)\]\((?P<url>https?://[^\s)]+)\)"
    r"|\*\*(?P<bold>.+?)\*\*"
    r"|(?<![\w*])\*(?P<italic>[^\s*](?:[^*\n]*[^\s*])?)\*(?![\w*])"
    r"|~~(?P<struck>.+?)~~"
)
_HEADING = re.compile(r"^#{1,6}\s+(.*)$", re.M)
_BULLET = re.compile(r"^(\s*)[-*]\s+", re.M)
_REFERENCE = re.compile(r"<([@#!]?)([^|<>]*)(?:\|([^<>]*))?>")
_ENTITY = re.compile(r"&[a-z]{0,4}$")


def escape(text: str) -> str:
    """Take their meaning from the three signs that Slack reads; "<!channel>" then calls nobody."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def mrkdwn(markdown: str) -> str:
    """The small Markdown of a reply as Slack writes it: bold, italic, struck, code, links, headings, bullets."""
    headed = _HEADING.sub(lambda found: f"**{found[1].replace('**', '')}**", markdown)
    return _INLINE.sub(_inline, escape(_BULLET.sub(r"\1• ", headed)))


def _inline(found: re.Match[str]) -> str:
    if found["code"]:
        return found["code"]
    if found["url"]:
        return f"<{found['url']}|{found['label'].replace('|', '¦')}>"
    if found["bold"]:
        return f"*{found['bold'].replace('*', '')}*"
    return f"_{found['italic']}_" if found["italic"] else f"~{found['struck']}~"


def typed(text: str, bot_user: str = "") -> str:
    """What a student typed: mentions of the tutor dropped, links and names as they were read, entities undone."""

    def told(found: re.Match[str]) -> str:
        sign, name, label = found[1], found[2], found[3]
        if sign == "@" and name == bot_user:
            return " "
        shown = label or name.removeprefix("mailto:")
        return {"@": f"@{shown}", "#": f"#{shown}", "!": label or f"@{name.partition('^')[0]}"}.get(sign, shown)

    plain = _REFERENCE.sub(told, text)
    plain = plain.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return re.sub(r"[ \t\u00a0]+", " ", plain).strip()


def split(text: str, most: int) -> List[str]:
    """Cut a text into parts of at most `most` characters: between paragraphs, lines, words, or where it must be."""
    parts: List[str] = []
    rest = text.strip()
    while len(rest) > most:
        cut = next((at for at in (rest.rfind(gap, 1, most) for gap in ("\n\n", "\n", " ")) if at > most // 3), most)
        entity = _ENTITY.search(rest[:cut])
        cut = entity.start() if entity and entity.start() else cut
        parts.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [*parts, rest] if rest else parts


def shorten(text: str, most: int) -> str:
    """The beginning of a text, at most `most` characters, with an ellipsis if there was more."""
    flat = " ".join(text.split())
    return flat if len(flat) <= most else flat[: most - 1].rstrip() + "…"
