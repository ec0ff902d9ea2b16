"""The words of the report."""

HEAD = """# How good it is

Made by `{command}`{day}: {messages} messages, course {course_id} {course_version} ({course_claims} claims).
Do not edit; `make eval ARGS=--commit` writes it anew. Raw figures: `docs/evaluation/report.json`.

**Read these figures as those of a development set.** The messages were written by hand by the project itself, and rules, training
examples and weights were tuned while looking at them. On messages that nobody has seen the tutor will do worse; how much worse,
this report cannot say. `tests/test_evaluation.py` fails the build when the main figures fall."""

BESIDE = """## Beside plain retrieval

The others say the three best claims, or decline if the best score is below one threshold, chosen on these same messages: the
highest that declines at most 2 % of what must be answered and stands by itself. All use the same encoder and judge. Vectors alone
and BM25 alone search with this project's index and its reading of names. Haystack fuses its own BM25 with the vectors by rank, once
with texts as they are and once with names written one way; its threshold is on the cosine. None of them reads a conversation, asks
back or chats, so follow-ups, unclear messages and small talk are beyond them by design."""

SEARCH = """## Search

{queries} messages that are answerable without their conversation. Relevant are the claims about an expected concept that hold an
expected fact: often dozens, so that recall of the first few is small by nature; hit@k is the share of messages with any relevant
claim among the first k. This is the bare search: the tutor weighs its result further, and takes lists from the course without it.

"""

INTENTS = """## Intents

Cross-validated on `bot/data/nlu.yml` ({examples} examples, {intents} intents, {folds} folds): accuracy {accuracy},
macro-F1 {macro_f1}. Lowest F1: {worst}. The whole confusion table is in report.json; its largest entries:

"""

INTENTS_ON_MESSAGES = """

On the messages (not trained on), by the most likely intent alone. The tutor corrects it by the names and words in the message, and
what is left to search (`ask_question`) is often answered well. Out of scope are the off-topic and unsafe messages; for Rasa's
default, its fallback counts as found.

"""

CERTAINTY = """## How sure it is

A free question is answered if the probability that the course answers it is at least 0.5. The weights behind it are fitted by
`python -m bench.calibrate` on these messages, a false answer counting twice, so it errs towards declining. ECE is the expected
calibration error in ten bins.

"""

RULES = """## Rules

- **Right**: the reply is of the expected kind (or the alternative that the message allows); each `mention` is found in its
  sentences, table cells or positions (not in leads, headings or source lists); no `forbid` is; it cites one of the `sources`.
  The reason for declining counts separately.
- **Must be answered / declined**: messages for which only one of the two is right.
- **Confused track**: the message expects a numbered concept; a sentence, cell or position cites claims each of which is about
  a numbered concept, and none about an expected one. A claim is about the concept under which it stands, and those in its
  `about` and `also_true_of`. Some of these sentences do name the track asked for, beside their own: they are counted apart.
- **Cited claims on concept and aspect**: over all claims cited in answers to answerable messages; a comparison is about every
  aspect.
- **Expected facts found**: share of all `mention` of the messages that must be answered.
- **Expected act**: the intent belongs to an expected aspect; `explain` fits a definition too.
- **Family**: outside the course, small talk, or asking; for topics of the field that the course does not cover, outside and
  asking are both right.
- The tutor is measured with its course alone: readings ingested on the machine are left out.
- Replies, the default pipeline's readings and the framework's rankings are kept in `var/eval/cache` until anything they depend
  on changes; the same state of the project gives the same report, but for the date.

To compare with Haystack, make an environment of its own and name it: `python -m venv E && E/bin/pip install haystack-ai`, then
`make eval ARGS="--commit --framework-python E/bin/python"`. The vectors come from this project; no model is installed there."""
