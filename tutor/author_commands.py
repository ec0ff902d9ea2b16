"""`python -m tutor check | report | new-course`: what an author needs."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any, Dict, Mapping, Optional, Sequence, Tuple

from index.encoder import Encoder, Knowing
from index.library import Store
from index.retrieval import embedded
from knowledge.ingest.document import Document
from knowledge.loader import CourseError, find_course, load_course
from knowledge.models import Course
from tutor.checking import Report, examine
from tutor.coverage import coverage
from tutor.gaps import Gap, Gaps
from tutor.ingest_command import report_library
from tutor.new_course import new_course as lay_out
from tutor.published import changed_ids, publish
from tutor.reported import Reported, Reports
from tutor.settings import Settings, load_settings
from tutor.support import Review, against, support
from tutor.tutor import ready_encoder
from tutor.whereabouts import Whereabouts


def check(args: argparse.Namespace) -> int:
    """Check a course and list every fault; with --against, compare its claims with the readings themselves."""
    settings = load_settings()
    folder = find_course(args.course or settings.course)
    try:
        course = load_course(folder)
    except CourseError as error:
        if not args.json:
            raise
        print(json.dumps({"faults": [fault._asdict() for fault in error.faults], "hints": []}, indent=1))
        return 1
    if args.publish:
        wrong = list(changed_ids(course, folder, Whereabouts(folder)))
        if wrong:  # to publish now would make them right for good
            raise CourseError(wrong)
        new = _number(publish(course, folder), "claim")
        print(f"newly published: {new}; keep the file published.txt with the course", file=sys.stderr)
    encoder = ready_encoder(settings)
    known = embedded(settings.index_folder(course.id), encoder.name)  # most of a course was embedded when its index was built
    report = examine(course, folder, Knowing(encoder, known))
    review = _review(course, settings, args.against)
    if args.json:
        record = {"course": course.id, "version": course.version, **_counts(course), **report.as_dict()}
        print(json.dumps({**record, **({"against": review.as_dict()} if review else {})}, indent=1, ensure_ascii=False))
    else:
        _print(course, report, review)
    return 1 if report.faults else 0


def _review(course: Course, settings: Settings, folder: Optional[str]) -> Optional[Review]:
    return against(course, ready_encoder(settings), Path(folder)) if folder else None


def _counts(course: Course) -> Dict[str, Any]:
    return {
        "sources": len(course.sources),
        "concepts": len(course.concepts),
        "claims": len(course.claim),
        "disagreements": len(course.disagreements),
        "notes": len(course.notes),
        "aspects": Counter(claim.aspect.value for claim in course.claim.values()),
    }


def _print(course: Course, report: Report, review: Optional[Review]) -> None:
    for fault in report.faults:
        print(fault, file=sys.stderr)
    found = _number(len(report.faults), "fault") if report.faults else "no faults"
    print(f"{course.title} ({course.id}, version {course.version}): {found}")
    counts = _counts(course)
    aspects: Counter[str] = counts.pop("aspects")
    print(", ".join(_number(n, noun[:-1]) for noun, n in counts.items()))
    print(", ".join(f"{aspect} {n}" for aspect, n in aspects.most_common()))
    for hint in report.hints:
        print(f"hint: {hint}")
    if review:
        print("\n" + "\n".join(review.lines(course)))


def _number(n: int, noun: str) -> str:
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"


def report(args: argparse.Namespace) -> int:
    """Report: `coverage` (claims, paragraphs), `library` (how readings were read), `gaps` (asked in vain), `answers` (reported)."""
    if args.what == "library":
        return report_library(args.document, args.json)
    settings = load_settings()
    course = load_course(find_course(settings.course))
    if args.what == "gaps":
        return _say_gaps(Gaps(settings.gaps_file(course.id)).report(), args.json)
    if args.what == "answers":
        return _say_reports(Reports(settings.reports_file(course.id)).all(), args.json)
    documents, supports = _read(course, settings, args.against)
    found = coverage(course, supports, documents)
    print(json.dumps(found.as_dict(), indent=1, ensure_ascii=False) if args.json else found.markdown().rstrip())
    return 0


def _say_gaps(gaps: Sequence[Gap], as_json: bool) -> int:
    if as_json:
        print(json.dumps([asdict(gap) for gap in gaps], indent=1, ensure_ascii=False))
    elif not gaps:
        print("no question was declined so far")
    for gap in () if as_json else gaps:
        print(f"{gap.times} x {gap.question} ({gap.reason.replace('_', ' ')}, last on {gap.last})")
        if gap.reason == "not_covered" and gap.nearest:
            print(f"    nearest that is covered: {'; '.join(gap.nearest)}")
    return 0


def _say_reports(reports: Sequence[Reported], as_json: bool) -> int:
    if as_json:
        print(json.dumps([asdict(one) for one in reports], indent=1, ensure_ascii=False))
    elif not reports:
        print("no answer was reported so far")
    for one in () if as_json else reports:
        print(f"{one.at} {one.question} ({one.kind}, course version {one.version})")
        lines = ([f"note: {one.note}"] if one.note else []) + one.answer.splitlines() + [f"cites {c}" for c in one.citations]
        print("\n".join(f"    {line}".rstrip() for line in lines))
    return 0


def _read(course: Course, settings: Settings, folder: Optional[str]) -> Tuple[Mapping[str, Document], Sequence[Any]]:
    """The readings of the course that can be looked at, those of a folder or else of the library, and what supports each claim."""
    if folder:
        review = against(course, ready_encoder(settings), Path(folder))
        return review.documents, review.supports
    store = Store(settings.library_folder(course.id), settings.vectors)
    entries = [e for e in store.state().entries if e.source.id in course.source]
    documents = {e.source.id: store.document(e.key) for e in entries}
    encoder: Optional[Encoder] = ready_encoder(settings) if documents else None
    return documents, support(course, encoder, documents) if encoder else ()


def new_course(args: argparse.Namespace) -> int:
    """Write a small commented course, to be changed into one of your own."""
    folder = lay_out(args.name, Path(args.folder))
    print(f"{folder} holds a small course; read its comments, change it, and look at it with:")
    print(f"    python -m tutor check {folder}")
    print(f"    TUTOR_COURSE={folder} make run")
    return 0
