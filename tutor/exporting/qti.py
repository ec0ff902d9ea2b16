"""QTI 1.2 in the dialect of Canvas: one quiz with all items, in a zip with its manifest."""

from __future__ import annotations

import hashlib
from typing import Dict, Mapping, Optional, Sequence
from xml.etree.ElementTree import Element, SubElement, tostring

from knowledge.models import Course
from tutor.exporting.wording import Wording, as_html, clean, to_html
from tutor.exporting.zipping import zipped
from tutor.items import Item, ItemType

QTI = "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"
MANIFEST = "http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1"
CANVAS = "http://canvas.instructure.com/xsd/cccv1p0"
TYPES: Mapping[ItemType, str] = {
    ItemType.multiple_choice: "multiple_choice_question",
    ItemType.true_false: "true_false_question",
    ItemType.select_all: "multiple_answers_question",
    ItemType.match: "matching_question",
    ItemType.short_answer: "essay_question",  # Canvas compares short answers letter by letter, which would be unjust
}
RESPONSE = "response1"
GENERAL = "general_fb"


def write(items: Sequence[Item], course: Course) -> bytes:
    """Write a zip with imsmanifest.xml, the questions and the settings of the quiz, a practice quiz that is not yet published."""
    quiz = "quiz_" + _digest(course.id)
    return zipped(
        {
            "imsmanifest.xml": _xml(_manifest(quiz)),
            f"{quiz}/{quiz}.xml": _xml(_questions(quiz, items, course)),
            f"{quiz}/assessment_meta.xml": _xml(_settings(quiz, len(items), course)),
        }
    )


# -- around the questions ----------------------------------------------------------------------------------------------


def _manifest(quiz: str) -> Element:
    root = Element("manifest", {"identifier": f"{quiz}_manifest", "xmlns": MANIFEST})
    metadata = _in(root, "metadata")
    _in(metadata, "schema", "IMS Content")
    _in(metadata, "schemaversion", "1.1.3")
    _in(root, "organizations")
    resources = _in(root, "resources")
    questions = _in(resources, "resource", identifier=quiz, type="imsqti_xmlv1p2")
    _in(questions, "file", href=f"{quiz}/{quiz}.xml")
    _in(questions, "dependency", identifierref=f"{quiz}_meta")
    href = f"{quiz}/assessment_meta.xml"
    kind = "associatedcontent/imscc_xmlv1p1/learning-application-resource"
    settings = _in(resources, "resource", identifier=f"{quiz}_meta", type=kind, href=href)
    _in(settings, "file", href=href)
    return root


def _settings(quiz: str, points: int, course: Course) -> Element:
    root = Element("quiz", {"identifier": quiz, "xmlns": CANVAS})
    values = {
        "title": clean(course.title),
        "description": to_html(f"Made from the course “{course.title}”, version {course.version}."),
        "shuffle_answers": "false",
        "scoring_policy": "keep_highest",
        "quiz_type": "practice_quiz",
        "points_possible": f"{points}.0",
        "show_correct_answers": "true",
        "allowed_attempts": "-1",
        "available": "false",
    }
    for name, value in values.items():
        _in(root, name, value)
    return root


def _questions(quiz: str, items: Sequence[Item], course: Course) -> Element:
    root = Element("questestinterop", {"xmlns": QTI})
    section = _in(_in(root, "assessment", ident=quiz, title=clean(course.title)), "section", ident="root_section")
    wording = Wording(course)
    for item in items:
        _question(section, item, f"item_{_digest(course.id, item.id)}", wording)
    return root


# -- one question ------------------------------------------------------------------------------------------------------


def _question(section: Element, item: Item, ident: str, wording: Wording) -> None:
    answers = _answer_ids(item)
    question = _in(section, "item", ident=ident, title=clean(item.id))
    _metadata(question, item, ident, list(answers.values()))
    shown = _in(question, "presentation")
    _material(shown, to_html(item.stem))
    processing = _in(question, "resprocessing")
    _in(_in(processing, "outcomes"), "decvar", maxvalue="100", minvalue="0", varname="SCORE", vartype="Decimal")
    _show_feedback(_in(processing, "respcondition", continue_="Yes"), None, GENERAL)
    if item.type is ItemType.match:
        _matching(shown, processing, item, answers)
    elif item.type is ItemType.short_answer:
        _essay(shown, processing)
    else:
        _choice(shown, processing, item, answers)
    _feedback(question, item, answers, wording)


def _answer_ids(item: Item) -> Dict[str, str]:
    """The numbers by which Canvas keeps answers, by option; of a matching item by right pair, of a short answer none."""
    if item.type is ItemType.short_answer:
        return {}
    answers = item.key if item.type is ItemType.match else [option.id for option in item.options]
    return {answer: str(1001 + n) for n, answer in enumerate(answers)}


def _metadata(question: Element, item: Item, ident: str, answers: Sequence[str]) -> None:
    fields = _in(_in(question, "itemmetadata"), "qtimetadata")
    values = {
        "question_type": TYPES[item.type],
        "points_possible": "1.0",
        "original_answer_ids": ",".join(answers),
        "assessment_question_identifierref": f"{ident}_bank",
    }
    for label, value in values.items():
        field = _in(fields, "qtimetadatafield")
        _in(field, "fieldlabel", label)
        _in(field, "fieldentry", value)


def _choice(shown: Element, processing: Element, item: Item, answers: Mapping[str, str]) -> None:
    """One choice or several: the mark goes to exactly the key."""
    several = item.type is ItemType.select_all
    response = _in(shown, "response_lid", ident=RESPONSE, rcardinality="Multiple" if several else "Single")
    labels = _in(response, "render_choice")
    for option in item.options:
        _material(_in(labels, "response_label", ident=answers[option.id]), to_html(option.text))
        _show_feedback(_in(processing, "respcondition", continue_="Yes"), answers[option.id], f"{answers[option.id]}_fb")
    right = _in(processing, "respcondition", continue_="No")
    condition = _in(right, "conditionvar")
    condition = _in(condition, "and") if several else condition
    for option in item.options:
        if option.id in item.key:
            _in(condition, "varequal", answers[option.id], respident=RESPONSE)
        elif several:
            _in(_in(condition, "not"), "varequal", answers[option.id], respident=RESPONSE)
    _in(right, "setvar", "100", action="Set", varname="SCORE")


def _matching(shown: Element, processing: Element, item: Item, answers: Mapping[str, str]) -> None:
    """Each prompt with all options; a right pair adds its share of the mark, a wrong one shows where the prompt belongs."""
    matches = {option.id: str(2001 + n) for n, option in enumerate(item.options)}
    for pair, answer in answers.items():
        prompt = next(p for p in item.prompts if pair.startswith(p.id))
        response = _in(shown, "response_lid", ident=f"response_{answer}")
        _material(response, to_html(prompt.text))
        labels = _in(response, "render_choice")
        for option in item.options:  # Canvas shows this side as plain text
            _material(_in(labels, "response_label", ident=matches[option.id]), clean(option.text), "text/plain")
        right = _in(processing, "respcondition")
        match = matches[pair[len(prompt.id) :]]
        _in(_in(right, "conditionvar"), "varequal", match, respident=f"response_{answer}")
        _in(right, "setvar", f"{100 / len(answers):.2f}", varname="SCORE", action="Add")
        wrong = _in(processing, "respcondition")
        _in(_in(_in(wrong, "conditionvar"), "not"), "varequal", match, respident=f"response_{answer}")
        _in(wrong, "displayfeedback", feedbacktype="Response", linkrefid=f"{answer}_fb")


def _essay(shown: Element, processing: Element) -> None:
    response = _in(shown, "response_str", ident=RESPONSE, rcardinality="Single")
    _in(_in(response, "render_fib"), "response_label", ident="answer1", rshuffle="No")
    _in(_in(_in(processing, "respcondition", continue_="No"), "conditionvar"), "other")


def _feedback(question: Element, item: Item, answers: Mapping[str, str], wording: Wording) -> None:
    """What everybody is told, and what is told of each answer; of a pair, to who did not find it."""
    if item.type is ItemType.match:
        told = {remark.option: as_html(remark) for remark in wording.remarks(item)}
    else:
        told = wording.feedback(item)
    texts = {GENERAL: wording.general(item), **{f"{ident}_fb": told[answer] for answer, ident in answers.items()}}
    for ident, text in texts.items():
        _material(_in(_in(question, "itemfeedback", ident=ident), "flow_mat"), text)


def _show_feedback(condition: Element, answer: Optional[str], feedback: str) -> None:
    """Show a feedback whatever is answered, or when this answer is chosen."""
    when = _in(condition, "conditionvar")
    if answer is None:
        _in(when, "other")
    else:
        _in(when, "varequal", answer, respident=RESPONSE)
    _in(condition, "displayfeedback", feedbacktype="Response", linkrefid=feedback)


def _material(parent: Element, text: str, kind: str = "text/html") -> None:
    _in(_in(parent, "material"), "mattext", text, texttype=kind)


def _in(parent: Element, tag: str, text: Optional[str] = None, **attributes: str) -> Element:
    """Add an element; `continue_` stands for the attribute that is a word of Python's."""
    element = SubElement(parent, tag, {name.rstrip("_"): value for name, value in attributes.items()})
    element.text = text
    return element


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


def _xml(root: Element) -> bytes:
    xml: bytes = tostring(root, encoding="UTF-8", xml_declaration=True)
    return xml + b"\n"
