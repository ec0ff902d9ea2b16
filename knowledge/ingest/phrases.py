"""The fixed lines that web pages, publishers and cameras leave in a text, as patterns."""

from __future__ import annotations

import re
from typing import Tuple

LONGEST_LINE = 300  # characters: a longer block is running text, whatever it begins with


def _lines(patterns: str) -> re.Pattern[str]:
    """Make one pattern of several, one to a line, for a whole line of a document."""
    return re.compile(rf"\W*(?:{'|'.join(patterns.split(chr(10))[1:-1])})\W*", re.IGNORECASE)


TEASER_LABEL = _lines(r"""
you (?:may|might) (?:also like|(?:also )?want to (?:see|read)(?: also)?)
you (?:may|might) also (?:want to |be interested in|enjoy)[\w ]{0,20}
(?:see|read|watch) (?:also|next|more)
also read
(?:related|recommended|more|further|similar|popular|trending|latest) (?:articles?|posts?|stories|content|news|topics)
more from [\w .&'’-]{1,40}
(?:recommended|suggested)(?: for you| reading)?
don['’]t miss
up next
editors?['’]? picks?
keep reading
what to read next
""")
ADVERT = _lines(r"""
explore related products
shop (?:now|on amazon|this [\w ]{1,30})
buy (?:now|on amazon|it now)
(?:view|check) (?:price|on amazon|deal)(?: on \w+)?
advertisements?
sponsored(?: content| links?| by [\w .&'’-]{1,40})?
related products
add to (?:cart|basket)
ad
as an amazon associate.{0,120}
this (?:post|article|page) (?:may )?contains? affiliate links.{0,120}
continue reading below
report this ad
remove ads
""")
NAVIGATION = _lines(r"""
exit mobile version
skip to (?:main )?(?:content|navigation|menu)
(?:main )?menu
toggle (?:navigation|menu|search)
(?:go )?back(?: to (?:top|home|index|list))?
home
search
(?:sign|log) ?(?:in|up|out)(?: with .{0,20})?
register
my account
(?:previous|next)(?: article| post| page)?
print(?: this)?(?: page| article)?
what you['’]?ll learn
(?:table of )?contents
jump to(?: section| content| navigation)?
in this (?:article|section|chapter|page)
on this page
(?:read|load) more
show (?:more|less)
(?:view|see) (?:all|desktop version|mobile version)
close
(?:expand|collapse) all
download (?:pdf|article|citation)
leave a (?:comment|reply)
\d* ?comments?(?: off)?
reply
listen to this article
all rights reserved
(?:copyright|©|\(c\)) .{0,120}
(?:privacy policy|terms (?:of|and) (?:use|service|conditions))(?:\W+\w[\w &|·-]{0,60})?
(?:contact|about) us
follow us(?: on .{0,40})?
(?:click|tap) here(?: to .{0,40})?
page \d+(?: of \d+)?
\d+ ?min(?:ute)?s? read
""")
_PLACE = r"(?:share|tweet|pin|email|print|facebook|twitter|x|linkedin|whatsapp|reddit|telegram|pinterest|copy link|more)"
SOCIAL = _lines(rf"""
share(?: this)?(?: article| post| page| story)?(?: (?:on|via|with) .{{0,60}})?
{_PLACE}(?:[\s|,·/•]+{_PLACE})*
subscribe(?: (?:now|today|here))?(?: (?:to|for) (?:our|the|my|us|free|updates|more)\b.{{0,80}})?
(?:sign up|join) (?:for|to) (?:our|the|my) .{{0,60}}(?:newsletter|mailing list|updates|community).{{0,40}}
(?:get|receive) (?:our|the) (?:latest|free|weekly|daily) (?:news|articles|posts|updates|stories).{{0,80}}
enter your e-?mail(?: address)?.{{0,60}}
newsletter
like this:?(?: loading\.*)?
""")
COOKIES = _lines(r"""
(?:we|this (?:web)?site|our (?:web)?site) uses? cookies.{0,250}
(?:accept|reject|allow|manage)(?: all)?(?: cookies| preferences)?
cookie (?:policy|settings|preferences|notice)
by (?:using|continuing to (?:use|browse)) (?:this|our|the) (?:web)?site,? you (?:agree|consent).{0,200}
""")
METADATA = _lines(r"""
(?:publication type|filed under|posted (?:in|on|by)|published(?: on)?|last (?:updated|modified|reviewed))\s*[:：].{0,250}
(?:reading time|tags?|categor(?:y|ies)|topics?|issue areas?|key ?words|jel codes?)\s*[:：].{0,250}
(?:[ep]-?issn|issn|isbn|doi|received|accepted)\s*[:：].{0,250}
the views expressed (?:in|by|on) .{0,160}
""")
CREDIT_LINE = _lines(r"""
(?:photo(?:graph)?|image|picture|video|illustration)s?(?: credits?| courtesy(?: of)?| source)?\s*[:：] ?[\w .,&'’/()-]{1,80}
(?:photo(?:graph)?|image|picture|video|illustration)s? (?:by|©|courtesy of) ?[\w .,&'’/()-]{1,80}
(?:source|credits?|courtesy)\s*[:：] ?[\w .,&'’/()-]{1,120}
getty images(?: .{0,40})?
[\w .&'’,-]{0,60}\b(?:infographic|slideshow|photo gallery)
""")
CAPTION = re.compile(
    r"(?:photo(?:graph)?|image|picture|figure|fig\.|caption)(?: \d+(?:\.\d+)?)?\s*[:.：]\s*",
    re.IGNORECASE,
)
CREDIT = re.compile(
    r"(?<!\s)\s*[(\[](?:"
    r"(?:[Pp]hoto|[Ii]mage|[Pp]icture|[Vv]ideo|[Ii]llustration)s?(?: credits?)?\s*(?:[:：]|by|courtesy of) ?[^()\[\]]{2,80}"
    r"|(?:[A-Z][\w.'’-]*,? ?){1,5}/ ?(?:[Tt]he )?(?:[A-Z][\w.'’&-]*,? ?){1,6}"
    r"|(?:AP|AFP|EPA|Reuters|Getty)\b[^()\[\]]{0,60}"
    r")[)\]]\.?$"
)
_LISTS = r"(?:list of |selected |cited |referrals and |notes and |sources and )?"
_SOURCES = (
    r"(?:references?|bibliograph(?:y|ies)|works? cited|literature(?: cited)?|further reading|sources|"
    r"(?:end ?|foot)?notes|citations)"
)
REFERENCES = re.compile(
    rf"(?:\d{{1,2}}[.)]?\s*|[IVX]{{1,4}}\.\s*)?{_LISTS}{_SOURCES}(?: and (?:further reading|notes|bibliography|references))?\W*",
    re.IGNORECASE,
)
FRONT = re.compile(r"(?:\d{1,2}[.)]?\s*)?(?:abstract|summary|executive summary|introduction)\W*", re.IGNORECASE)
CITED = re.compile(
    r"\b(?:1[89]|20)\d\d[a-z]?\b|\bpp?\. ?\d|\bvol(?:ume)?\. ?\d|https?://|\bdoi\b|\b(?:eds?|trans)\.|\bibid\b"
    r"|\bet al\b|\bop\. ?cit|\bretrieved\b|\bpress\b|\bjournal\b|\bpublish(?:ers?|ing)\b|[A-Z]\. ?[A-Z]\.|, [A-Z]\.(?:,|\s|$)",
    re.IGNORECASE,
)
_CRUMB = r"[A-Z][^>»›→\n:=]"
BREADCRUMB = re.compile(
    rf"\W*(?i:home)(?:\s*[>»›/|→]\s*[^>»›|→\n]{{1,80}}){{1,8}}\W*|(?:{_CRUMB}{{1,40}}\s[>»›→]\s){{2,8}}{_CRUMB}{{1,80}}"
)
BYLINE = re.compile(r"(?:Written )?[Bb]y:? ((?:[A-Z][\w.'’-]*\s?){2,6}?)(?:\s*[|,·•–-]\s*.{0,60})?")
LEADERS = re.compile(r".*[^.\s] ?(?:\. ?){4,}(?:\d{1,4}|[ivxlc]{1,6})\s*")

_TITLE_WORD = re.compile(r"[A-Z0-9'\"“‘(]")
_SMALL_WORDS = "a an the of in on for and or to by with at vs from is are as into its your their what"
_SMALL = frozenset(_SMALL_WORDS.split())

LABELS: Tuple[Tuple[re.Pattern[str], str], ...] = (
    (ADVERT, "advert"),
    (NAVIGATION, "navigation"),
    (BREADCRUMB, "navigation"),
    (LEADERS, "table of contents"),
    (SOCIAL, "share or subscribe"),
    (COOKIES, "cookie notice"),
    (METADATA, "metadata"),
    (CREDIT_LINE, "photo credit"),
)


def label(text: str) -> str:
    """Say as what a line is no part of the text; empty if it is one."""
    if len(text) > LONGEST_LINE:
        return ""
    return next((why for pattern, why in LABELS if pattern.fullmatch(text)), "")


def is_headline(text: str) -> bool:
    """See whether a line reads as a headline: short, in one piece, its words in capitals."""
    words = text.split()
    if not 1 < len(words) <= 18 or text.endswith((".", ";", ",")):
        return False
    large = [word for word in words if word.lower() not in _SMALL and word[0].isalpha()]
    return sum(bool(_TITLE_WORD.match(word)) for word in large) >= 0.75 * max(len(large), 1)
