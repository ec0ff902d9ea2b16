"""What the report on simulated learners says in words."""

from __future__ import annotations

from typing import Any, Mapping

NAMES = {"tutor": "this tutor's order", "ladder": "the fixed ladder", "random": "random order"}
MEMORY_NAMES = {"fsrs": "memory by FSRS-6", "actr": "memory by ACT-R"}


def mode(setting: Mapping[str, Any]) -> str:
    """What was studied, in a phrase."""
    until = "the minutes used up" if setting["whole"] else "stopping when nothing is due"
    return f"{setting['cards']} claims, {setting['minutes']:g} minutes a day, {until}"


HEAD = """# Three ways to order the questions, on simulated learners

Made by `python -m tutor report simulate`: {learners} learners, seed {seed}, course {course_id} {version}. Do not edit;
`--variations --out docs` writes it anew, the same bytes from the same seed. Raw figures: `docs/simulation/report.json`.

**This is a simulation. No student took part.** It compares orders under two models of memory, each of which leaves much out, and
shows what follows from their assumptions, listed at the end. It does not show how much people remember.

Learners study up to {minutes:g} minutes a day for {days} days, unless a heading says otherwise, and are asked for every claim,
without options and without help, on day {exam_day}: recall is the mean chance to know a claim then, claims never met included.
The orders are

- **this tutor's order**: what is due by FSRS-6 first, then claims of weak concepts, then new claims, then the rest;
- **the fixed ladder**: a claim comes back after 0, 1, 3, 7, 14, 30 and 60 days, a wrong answer sends it back to the start;
- **random order**: any claim, each as likely as the other.

Each learner studies by every order and with both memories, so that orders are compared learner by learner. "Ahead" and "behind"
mean that the 95 % interval of the mean difference, given in brackets, excludes nought; "level" that it does not. With many learners
even a small difference excludes nought: look at the points, and beside them at the spread over learners.
"""

WHOLE = """With equal minutes, this tutor's order came out ahead in {ahead}, level in {level} and **behind in {behind}** of {all}
comparisons.
"""
WHEN_DUE = """Among learners who stop when nothing is due, which takes different minutes by each order, it came out ahead in
{ahead}, level in {level} and **behind in {behind}** of {all} comparisons. There, neither a lead that took more minutes nor a
deficit that took fewer says by itself which order is better.
"""

READING = """In the tables "5 to 95 %" is the range that holds the middle nine tenths of the learners. "Minutes", "answers" and
"right" (the share of answers graded right, lucky guesses included) are means over the whole study; an answer begun in time is
finished. "All met on day" is the day on which the middle learner had met every claim. "Per hour" is the number of claims
recalled on the last day for each hour studied. Learners who stop when nothing is due come back the next day; random order knows
no "due" and never stops, so that its figures there are those of somebody who studies every minute."""

ASSUMPTIONS = """## What it assumes

About learners, each drawn anew:

- An answer takes 12 to 25 seconds on average, by learner, and varies from answer to answer (lognormal, 0.3). Nobody misses a day;
  the sitting begins at the same hour, give or take one.
- 10 to 50 % of the claims were kept from the readings, three days before the first quiz. Nothing is known of the others.
- Every question has three options: what is not recalled is guessed right one time in three. The order is told right or wrong,
  never whether it was a guess. No hints, no skipped questions. Afterwards the right answer has been read.
- Claims are learnt independently of each other, and differ in ease, for each learner anew (standard normal).

About the orders:

- Questions of this tutor come in quizzes of ten, one claim each, no claim twice in a quiz. Right counts as Good, wrong as Again, by
  FSRS-6 with its default weights: the tutor does not know the weights of the learner.
- The ladder puts new claims when nothing is due, in the order of the course. Where the minutes are used up, it asks the claim that
  is due soonest, early, and a right answer moves it up as always; this tutor asks claims of the weakest concept.
- To stop when nothing is due means for the ladder: nothing due and nothing new. For this tutor also: each claim of a weak concept
  was asked once that day.

Memory by FSRS-6: the 21 weights are the defaults times lognormal factors (0.3 for first stabilities and decay, 0.15 for the
others), within FSRS's bounds; ease moves the first stability and the difficulty. It has the form that the tutor's scheduler
assumes, which should favour the tutor.

Memory by ACT-R: activation is the logarithm of the summed traces, one left by each answer, each fading with its age in days to the
power of -d; d is drawn around 0.5 (0.05), the threshold around 0.2 (0.4), the noise from 0.25 to 0.55; ease shifts the threshold by
0.3. This plain form has no spacing effect: what counts is how often and how lately a claim was asked, which favours whoever asks
most. Its extension in which a trace fades faster the higher activation was (Pavlik and Anderson, 2005) is not used.

All these ranges were chosen before the first run and not changed after it.
"""
