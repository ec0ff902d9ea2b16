// The study page: one conversation with the tutor over Rasa's REST channel.
// Whatever a student or the server wrote reaches the page as a text node, never as markup.
const LIMIT = 2000; // characters in one message; the same number stands in index.html
const COUNT_FROM = 1800; // characters from which the counter shows
const FEW = 4; // sources that are listed without being asked for
const KEPT = 200; // messages that survive a reload
const SLOW = 5_000; // ms until "still working"
const PATIENCE = 60_000; // ms until the page gives an answer up
const STARTING = 3_000; // ms between two looks at a server that is not ready
const STORE = "tutor";

const byId = (id) => document.getElementById(id);
const [log, status, error, input, dialog] = ["log", "status", "error", "input", "passage"].map(byId);
let state = restore();
let flight = null; // AbortController of the message under way; null when there is none
let tables = 0; // numbers the captions, whose ids must differ

// Elements
function el(tag, props = {}, ...children) {
  const { aria, role, ...rest } = props;
  const node = Object.assign(document.createElement(tag), rest);
  if (role) node.setAttribute("role", role);
  for (const [key, value] of Object.entries(aria ?? {})) node.setAttribute(`aria-${key}`, value);
  node.append(...children.flat());
  return node;
}

const list = (value) => (Array.isArray(value) ? value : []);
const words = (value) => (value === null || value === undefined ? "" : String(value));

// What is kept: sender, history and the message still without an answer
function newId() {
  if (crypto.randomUUID) return crypto.randomUUID(); // missing on plain http other than localhost
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function restore() {
  try {
    const kept = JSON.parse(sessionStorage.getItem(STORE));
    if (kept.sender && Array.isArray(kept.history)) return kept;
  } catch { /* nothing kept, or storage is blocked */ }
  return { sender: newId(), history: [], pending: null };
}

function save() {
  state.history = state.history.slice(-KEPT);
  try {
    sessionStorage.setItem(STORE, JSON.stringify(state));
  } catch { /* storage is full or blocked: the conversation goes on, a reload forgets it */ }
}

// Text
/** Turn **bold**, *italic* and, where the reply cites them, [1] into nodes. */
function inline(text, cited) {
  return words(text).split(/(\*\*.+?\*\*|\*[^*\s][^*\n]*\*|\[\d+\])/).filter(Boolean).map((part) => {
    if (/^\*\*.+\*\*$/.test(part)) return el("strong", { textContent: part.slice(2, -2) });
    if (/^\*.+\*$/.test(part)) return el("em", { textContent: part.slice(1, -1) });
    const number = /^\[(\d+)\]$/.exec(part)?.[1];
    return number && cited?.has(+number) ? citeButton(cited.get(+number)) : part;
  });
}

function block(text, cited) {
  const lines = text.split("\n");
  if (!lines.every((line) => /^[-*•] /.test(line))) return el("p", { dir: "auto" }, inline(text, cited)); // CSS keeps its line breaks
  return el("ul", {}, lines.map((line) => el("li", { dir: "auto" }, inline(line.slice(2), cited))));
}

/** Set the small part of Markdown that a reply's text uses: paragraphs, lists, emphasis, line breaks. */
function prose(text, cited) {
  const parts = words(text).replace(/\r/g, "").split(/\n\s*\n/).filter((part) => part.trim());
  return parts.map((part) => block(part.trim(), cited));
}

// Citations and the passage behind them
function sourceLine({ author, year }) {
  return [words(author), year ? `(${year})` : "(no date)"].filter(Boolean).join(" ");
}

function citeButton(citation) {
  const text = `[${citation.number}]`;
  const label = `${text} ${sourceLine(citation)}, ${words(citation.title)}`;
  return opensPassage(el("button", { type: "button", className: "cite", dir: "ltr", aria: { label, haspopup: "dialog" } },
    el("span", { textContent: text })), citation);
}

function opensPassage(button, citation) {
  button.dataset.passage = words(citation.passage);
  button.onclick = () => openPassage(citation, button);
  return button;
}

/** The buttons for these citation numbers; a number nobody explains stays plain text. */
function marks(numbers, cited) {
  const known = list(numbers).map((n) => (cited.has(n) ? citeButton(cited.get(n)) : `[${n}]`));
  return known.length ? [" ", el("span", { className: "marks" }, known)] : [];
}

async function openPassage(citation, opener) {
  const { passage, text, locator, title, author, year, url } = citation;
  dialog.dataset.passage = words(passage);
  fillPassage({ text, locator, source: { title, author, year, url } });
  dialog.onclose = () => opener.focus(); // Safari does not focus a clicked button, so it would not come back by itself
  dialog.showModal();
  byId("passage-title").focus();
  dialog.scrollTop = 0;
  const response = await fetch(`api/passages/${encodeURIComponent(passage)}`).catch(() => null);
  const loaded = response?.ok ? await response.json().catch(() => null) : null;
  if (!dialog.open || dialog.dataset.passage !== words(passage)) return; // closed, or another one opened meanwhile
  if (loaded?.source) return fillPassage(loaded);
  const note = "The full source could not be loaded; this is the passage as it came with the answer.";
  byId("passage-body").append(el("p", { className: "note", textContent: note }));
}

function fillPassage({ text, locator, source, original, notes }) {
  byId("passage-title").textContent = words(source.title);
  const about = [sourceLine(source), words(source.publication), words(locator)].filter(Boolean).join(" · ");
  const body = [el("p", { className: "about", dir: "auto", textContent: about })];
  const found = words(original?.text).trim() !== "";
  if (!found) body.push(el("blockquote", { dir: "auto" }, prose(text)));
  else body.push(...saidOf(text, original), ...originalOf(original, text, locator));
  for (const note of list(notes)) body.push(...noteOf(note));
  if (source.note) body.push(el("p", { className: "note", dir: "auto" }, el("strong", { textContent: "About this reading: " }), words(source.note)));
  if (/^https?:\/\//i.test(source.url ?? "")) {
    const textContent = "Read the source (opens in a new tab)";
    body.push(el("p", {}, el("a", { href: source.url, target: "_blank", rel: "noopener noreferrer", textContent })));
  }
  byId("passage-body").replaceChildren(...body);
}

const same = (one, other) => words(one).trim().split(/\s+/).join(" ") === words(other).trim().split(/\s+/).join(" ");

/** What is cited, above the original; nothing if it is the original itself. */
function saidOf(text, { text: whole, mended }) {
  if (same(text, whole)) return [];
  const head = same(text, mended) ? "Mended for reading" : "In the course’s words";
  return [el("h3", { textContent: head }), el("div", { className: "said", dir: "auto" }, prose(text))];
}

/** The paragraph as the reading has it, the cited part marked; `said` and `place` are on the leaf already. */
function originalOf({ text, highlights, locator, mended }, said, place) {
  const letters = [...words(text)]; // the server counts characters, a JavaScript string may count two for one
  const parts = [];
  let at = 0;
  for (const [start, end] of rangesIn(highlights, letters.length)) {
    parts.push(letters.slice(at, start).join(""), el("mark", { textContent: letters.slice(start, end).join("") }));
    at = end;
  }
  const where = same(locator, place) ? "" : words(locator);
  const body = [el("h3", { dir: "auto", textContent: ["As it stands in the reading", where].filter(Boolean).join(": ") })];
  if (parts.length) body.push(el("p", { className: "about", textContent: "The part that is cited is marked and underlined." }));
  body.push(el("blockquote", { className: "original" }, el("p", { dir: "auto" }, parts, letters.slice(at).join(""))));
  if (!words(mended).trim() || same(mended, said)) return body;
  return [...body, el("details", {}, el("summary", { textContent: "The same text, mended for reading" }),
    el("p", { dir: "auto", textContent: words(mended) }))];
}

/** The ranges that can be shown, in order: inside the text, none empty, none over another. */
function rangesIn(highlights, length) {
  const ranges = list(highlights).filter((range) => list(range).length === 2 && range.every(Number.isInteger));
  let at = 0;
  return ranges.sort(([a], [b]) => a - b).flatMap(([from, to]) => {
    const start = Math.max(from, at);
    const end = Math.min(to, length);
    if (start >= end) return [];
    at = end;
    return [[start, end]];
  });
}

function noteOf(note) {
  const { slip, reading_says, course_teaches } = Object(note);
  const lines = [["In the reading", reading_says], ["In the course", course_teaches]].filter(([, text]) => words(text));
  const head = el("h3", { textContent: ["Editor’s note", words(slip)].filter(Boolean).join(": ") });
  const said = lines.map(([name, text]) => el("p", { dir: "auto" }, el("strong", { textContent: `${name}: ` }), words(text)));
  return said.length ? [el("section", { className: "editor" }, head, said)] : [];
}

// One reply
function answerBody(custom, cited) {
  const placed = new Set(list(custom.positions).map(({ text }) => text));
  const repeated = list(custom.sentences).every(({ text }) => placed.has(text)); // shown side by side, so not above it too
  const sentences = list(repeated ? [] : custom.sentences).map(({ text, citations }) =>
    el(custom.list ? "li" : "p", { dir: "auto" }, inline(text), marks(citations, cited)));
  const body = sectionsOf(custom, sentences);
  if (list(custom.table?.rows).length) body.push(tableOf(custom.table, cited));
  if (list(custom.positions).length) body.push(positionsOf(custom.positions, cited, words(custom.lead).trim() ? "h4" : "h3"));
  if (!body.length) return []; // nothing but a lead-in: the message's text says more
  return [...leadOf(words(custom.lead)), ...body, ...sourcesOf(custom.citations)];
}

/** Sentences under the headings of an answer to several questions. */
function sectionsOf({ lead, list: listed, sections }, sentences) {
  const heads = list(sections).filter(({ first }) => first < sentences.length);
  const runs = heads.length ? heads.map(({ title, first }, n) => [words(title), sentences.slice(first, heads[n + 1]?.first)]) : [["", sentences]];
  const head = words(lead).trim() ? "h4" : "h3";
  return runs.flatMap(([title, run]) => [
    ...(title ? [el(head, { dir: "auto", textContent: title })] : []),
    ...(listed && run.length ? [el("ul", {}, run)] : run),
  ]);
}

/** The first line is the answer's heading; what follows leads in. */
function leadOf(lead) {
  const [head, ...rest] = lead.trim().split("\n");
  return [...(head ? [el("h3", { dir: "auto", textContent: head.replace(/^#+ |\*\*/g, "") })] : []), ...prose(rest.join("\n"))];
}

function tableOf({ columns, rows, caption, first = "Aspect" }, cited) {
  const heads = list(columns).map(words);
  const id = `caption-${++tables}`;
  const title = el("span", { dir: "auto", textContent: words(caption) || `Side by side: ${heads.join(", ")}` });
  const th = (scope, text) => el("th", { scope, dir: "auto", textContent: text });
  const line = ({ aspect, cells }) => el("tr", {}, th("row", words(aspect)), list(cells).map((cell) => cellOf(cell, cited)));
  const table = el("table", {}, el("caption", { id }, title),
    el("thead", {}, el("tr", {}, [first, ...heads].map((head) => th("col", head)))),
    el("tbody", {}, rows.map(line)));
  return el("div", { className: "scroller", role: "region", tabIndex: 0, aria: { labelledby: id } }, table);
}

function cellOf({ text, citations }, cited) {
  const parts = words(text).split("\n").filter((part) => part.trim());
  if (parts.length < 2) return el("td", { dir: "auto" }, parts.flatMap((part) => inline(part)), marks(citations, cited));
  const items = parts.map((part) => el("li", { dir: "auto" }, inline(part.replace(/^[-*•] /, ""))));
  return el("td", {}, el("ul", {}, items), marks(citations, cited));
}

function positionsOf(positions, cited, level) {
  return el("div", { className: "positions" }, positions.map(({ author, text, citations }) => {
    const head = el(level, { dir: "auto", textContent: words(author) });
    const section = el("section", {}, head, prose(text));
    section.lastElementChild.append(...marks(citations, cited));
    return section;
  }));
}

function sourcesOf(citations) {
  const items = list(citations).map((citation) => {
    const end = citation.locator ? `, ${citation.locator}` : "";
    const text = el("span", { dir: "auto" }, `${sourceLine(citation)}. `, el("cite", { textContent: words(citation.title) }), end);
    const number = el("span", { className: "number", textContent: `[${citation.number}]` });
    const button = el("button", { type: "button", className: "source", aria: { haspopup: "dialog" } }, number, " ", text);
    return el("li", {}, opensPassage(button, citation));
  });
  const head = el("summary", { textContent: `Sources (${items.length})` });
  return items.length ? [el("details", { className: "sources", open: items.length <= FEW }, head, el("ul", {}, items))] : [];
}

// A quiz
const ASK = {
  multiple_choice: "Choose one.", true_false: "True or false?", select_all: "Type all letters that fit, such as: a and c.",
  match: "Type the pairs, such as: 1b, 2a, 3c.", short_answer: "Answer in your own words.",
};

/** A question: what is asked, what can be chosen, the hints that were given. Options that one click answers are buttons below. */
function itemOf(item) {
  if (!item?.stem) return [];
  const line = (mark, text, struck) => el("li", { dir: "auto" }, el("span", { className: "mark", textContent: mark }), " ",
    el(struck ? "s" : "span", { textContent: words(text) }));
  const struck = new Set(list(item.struck));
  const prompts = list(item.prompts).map(({ id, text }) => line(`${id}.`, text));
  const options = item.type === "true_false" ? [] : list(item.options).map(({ id, text }) => line(`${id})`, text, struck.has(id)));
  const rows = [prompts, options].filter((lines) => lines.length).map((lines) => el("ul", { className: "options" }, lines));
  const hints = list(item.hints).map((hint) => el("p", { className: "note", dir: "auto", textContent: `Hint: ${hint}` }));
  return [el("section", { className: "question" }, el("h3", { textContent: `Question ${item.number} of ${item.of}` }),
    el("p", { dir: "auto", textContent: words(item.stem) }), rows, el("p", { className: "about", textContent: words(ASK[item.type]) }), hints)];
}

const day = (when) => (when ? new Date(when).toLocaleDateString("en-GB", { day: "numeric", month: "long" }) : "–");

/** How a learner stands with each concept. */
function standing({ by_concept: rows }) {
  if (!list(rows).length) return [];
  const cells = (row) => [`${row.correct} of ${row.asked}`, `${Math.floor(row.mastery * 100)} %`, day(row.due)].map((text) => ({ text }));
  return [tableOf({ caption: "By topic", first: "Topic", columns: ["Right", "Mastery", "Next review"],
    rows: rows.map((row) => ({ aspect: row.name, cells: cells(row) })) }, new Map())];
}

function bodyOf(custom, cited) {
  const said = () => prose(custom.message);
  switch (custom.kind) {
    case "answer": return answerBody(custom, cited);
    case "quiz_item": return [...said(), ...itemOf(custom.item)];
    case "feedback": return [...said(), ...answerBody(custom, cited)];
    case "quiz_summary": return [...said(), ...standing(custom), ...reviewOf(custom.missed)];
    case "progress": return [...said(), ...standing(custom)];
    default: return custom.item ? said() : [];
  }
}

function reviewOf(missed) {
  const items = list(missed).map((stem) => el("li", { dir: "auto", textContent: words(stem) }));
  return items.length ? [el("h3", { textContent: "To review" }), el("ul", {}, items)] : [];
}

function replyBody(message) {
  let cited;
  try {
    cited = new Map(list(message.custom?.citations).map((citation) => [citation.number, citation]));
    const body = bodyOf(message.custom ?? {}, cited);
    if (body.length) return [...body, ...(message.custom.kind === "quiz_item" ? [] : itemOf(message.custom.item))];
  } catch (fault) {
    console.error(fault); // an answer of a shape we do not know: its text is complete by itself
  }
  return prose(message.custom?.message || message.text, cited); // the text repeats the suggestions, which are buttons here
}

/** The buttons under a reply: its own, else its suggestions as plain messages. */
function choicesOf({ buttons, custom }) {
  const own = list(buttons).filter((button) => button?.title);
  if (own.length) return own.map(({ title, payload }) => ({ text: words(title), payload: words(payload || title) }));
  return list(custom?.suggestions).map((text) => ({ text: words(text), payload: words(text) }));
}

function suggestions(choices) {
  const buttons = choices.map((choice) => {
    const onclick = () => send({ ...choice, typed: false });
    return el("button", { type: "button", className: "choice", dir: "auto", textContent: choice.text, onclick });
  });
  return buttons.length ? [el("div", { className: "suggestions", role: "group", aria: { label: "Suggestions" } }, buttons)] : [];
}

// The log
function addStudent(text) {
  const said = el("p", { dir: "auto", textContent: text });
  const bubble = el("article", { className: "message student" }, el("h2", { textContent: "You" }), said);
  log.append(bubble);
  return bubble;
}

function tutorMessage(body, choices) {
  const sheet = el("div", { className: "body" }, body);
  return el("article", { className: "message tutor", tabIndex: -1 }, el("h2", { textContent: "Tutor" }), sheet, choices);
}

function addReply(messages) {
  const old = [...log.querySelectorAll(".suggestions")];
  const added = messages.map((message) => {
    const node = tutorMessage(replyBody(message), suggestions(choicesOf(message)));
    node.dataset.kind = words(message.custom?.kind);
    log.append(node);
    return node;
  });
  // Focus on a button about to be hidden would fall back to the top of the page.
  if (old.some((group) => group.contains(document.activeElement))) added[0].focus({ preventScroll: true });
  for (const group of old) group.hidden = true;
}

function addGreeting(course, questions) {
  log.querySelector(".greeting")?.remove();
  const about = `Welcome. Ask me anything about ${course || "the course readings"}.`;
  const text = `${about} Every answer names the passages it rests on: open a number such as [1] to read one for yourself.`;
  const starts = suggestions(list(questions).map((question) => ({ text: words(question), payload: words(question) })));
  for (const group of starts) group.hidden = state.history.length > 0 || flight !== null;
  log.prepend(tutorMessage([el("p", { dir: "auto", textContent: text })], starts));
  log.firstChild.classList.add("greeting");
}

function showHistory() {
  log.setAttribute("aria-live", "off"); // what was said before the reload is not news
  for (const { from, text, messages } of state.history) {
    if (from === "student") addStudent(text);
    else addReply(list(messages));
  }
  [...log.querySelectorAll(".student")].at(-1)?.scrollIntoView({ behavior: "instant" });
  setTimeout(() => log.setAttribute("aria-live", "polite"), 1000);
}

// Sending
async function ask(message, signal) {
  let response;
  try {
    const body = JSON.stringify({ sender: state.sender, message });
    response = await fetch("webhooks/rest/webhook", { method: "POST", headers: { "Content-Type": "application/json" }, body, signal });
  } catch {
    throw new Error(signal.aborted ? "The tutor took too long." : "The tutor cannot be reached. Check your connection and try again.");
  }
  const reply = await response.json().catch(() => null);
  if (!response.ok) throw new Error(faultIn(reply) || `The tutor had a problem (error ${response.status}).`);
  const messages = list(reply).filter((message) => message?.text || message?.custom);
  if (!messages.length) throw new Error("The tutor sent no answer.");
  return messages;
}

function faultIn(reply) {
  const { field, message } = Object(reply?.error); // {"error": {"field", "message"}}, else {"error", "message"} as texts
  return message ? [field, message].filter(Boolean).join(" ") : words(reply?.message || reply?.error);
}

/** Send what a student said: {text: shown, payload: sent, typed: false for a button}. */
async function send(said) {
  if (flight) return;
  const mine = (flight = new AbortController());
  state.pending = said; // so that a reload in the middle can offer it again
  save();
  error.replaceChildren();
  const bubble = addStudent(said.text);
  const timers = [setTimeout(showStatus, SLOW, "Still working on your answer …"), setTimeout(() => mine.abort(), PATIENCE)];
  setBusy(true);
  bubble.scrollIntoView();
  try {
    const messages = await ask(said.payload, mine.signal);
    if (flight !== mine) return; // "New conversation" was pressed meanwhile
    state.history.push({ from: "student", text: said.text }, { from: "tutor", messages });
    state.pending = null;
    save();
    addReply(messages);
    bubble.scrollIntoView();
  } catch (fault) {
    if (flight !== mine) return;
    bubble.remove();
    showError(said, fault.message);
  } finally {
    timers.forEach(clearTimeout);
    if (flight === mine) setBusy(false);
  }
}

function setBusy(busy) {
  if (!busy) flight = null;
  document.body.classList.toggle("busy", busy);
  byId("send").setAttribute("aria-disabled", busy); // not `disabled`, which would lose the focus
  showStatus(busy ? "The tutor is writing …" : "", busy);
}

function showStatus(text, dots = true) {
  const typing = el("span", { className: "dots", hidden: !dots, aria: { hidden: "true" } }, el("i"), el("i"), el("i"));
  status.replaceChildren(...(text ? [typing, el("span", { textContent: text })] : []));
}

function showError(said, reason) {
  if (said.typed && !input.value) setInput(said.text);
  const quoted = said.text.length > 60 ? `${said.text.slice(0, 60)} …` : said.text;
  const onclick = () => {
    if (input.value === said.text) setInput("");
    input.focus(); // this button is about to go
    send(said);
  };
  const retry = el("button", { type: "button", className: "quiet", textContent: "Retry", onclick });
  error.replaceChildren(el("div", {}, el("p", { dir: "auto" }, "No answer to “", el("bdi", { textContent: quoted }), "”."),
    el("p", { dir: "auto", textContent: reason })), retry);
  error.scrollIntoView({ block: "nearest" });
}

// The message field
function setInput(text) {
  input.value = text;
  measure();
}

function measure() {
  const used = input.value.length;
  byId("grow").dataset.text = input.value; // the field is as tall as this hidden copy
  byId("counter").textContent = used < COUNT_FROM ? "" : `${used.toLocaleString("en")} / ${LIMIT.toLocaleString("en")}`;
  const left = Math.ceil((LIMIT - used) / 50) * 50; // spoken in steps of 50, not at each key
  const spoken = used < COUNT_FROM ? "" : left ? `At most ${left} characters left` : "No characters left";
  if (byId("left").textContent !== spoken) byId("left").textContent = spoken;
}

function submit(event) {
  event.preventDefault();
  const text = input.value.trim();
  if (!text) return input.focus();
  if (flight) return;
  setInput("");
  send({ text, payload: text, typed: true });
}

function startAnew() {
  flight?.abort();
  setBusy(false);
  state = { sender: newId(), history: [], pending: null };
  save();
  for (const message of log.querySelectorAll(".message:not(.greeting)")) message.remove();
  for (const group of log.querySelectorAll(".suggestions")) group.hidden = false;
  error.replaceChildren();
  showStatus("A new conversation has begun.", false);
  scrollTo(0, 0);
}

async function greet() {
  const response = await fetch("health").catch(() => null);
  const health = (await response?.json().catch(() => null)) ?? {};
  const title = words(health.course?.title);
  if (title) {
    byId("course").textContent = title;
    document.title = `${title} · Course tutor`;
  }
  if (response?.ok || !log.querySelector(".greeting")) addGreeting(title, health.start_with); // not spoken at each attempt
  if (!response?.ok) setTimeout(greet, STARTING); // the questions come with readiness
}

input.addEventListener("input", measure);
input.addEventListener("keydown", (event) => {
  // Enter that ends an input method's composition is not meant for us.
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.keyCode !== 229) submit(event);
});
byId("composer").addEventListener("submit", submit);
byId("new").addEventListener("click", startAnew);
byId("close").addEventListener("click", () => dialog.close());
dialog.addEventListener("click", (event) => event.target === dialog && dialog.close()); // a click beside the leaf
history.scrollRestoration = "manual"; // the log is empty when the browser would restore it
save();
showHistory();
if (state.pending) showError(state.pending, "The page was reloaded before the answer came.");
measure();
greet();
