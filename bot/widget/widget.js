// <track-tutor>: the tutor on any page. One element with a shadow root; it changes nothing outside it.
// Whatever a student or the server wrote becomes a text node, never markup. How to embed it: docs/widget.md.
(() => {
  "use strict";
  if (customElements.get("track-tutor")) return;

  const LIMIT = 2000; // characters in one message
  const COUNT_FROM = 1800; // characters from which what is left is told
  const FEW = 4; // sources that are listed without being asked for
  const PAGE = 50; // turns that are loaded at once
  const SLOW = 5_000; // ms until the notice that it takes long
  const PATIENCE = 60_000; // ms until an attempt is given up
  const PAUSE = 2_000; // ms before a lost message is sent again
  const RENEW = 0.1; // of a token's life: when no more of it is left it is renewed
  const STALE = 600_000; // ms after which a message that a reload cut off is no longer sent by itself
  const NARROW = "(max-width: 480px)"; // windows that the open panel fills
  const RTL = /^(ar|arc|ckb|dv|fa|he|ks|ps|sd|ug|ur|yi)\b/;
  const SCRIPT = document.currentScript;
  const HERE = new URL(".", SCRIPT?.src || document.baseURI);

  // -- nodes ---------------------------------------------------------------------------------------------------------
  function el(tag, props = {}, ...children) {
    const { aria, role, data, ...rest } = props;
    const node = Object.assign(document.createElement(tag), rest);
    if (role) node.setAttribute("role", role);
    for (const [key, value] of Object.entries(aria ?? {})) node.setAttribute(`aria-${key}`, value);
    Object.assign(node.dataset, data);
    node.append(...children.flat());
    return node;
  }

  function svg(tag, attributes, ...children) {
    const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    node.append(...children);
    return node;
  }

  const icon = (d) => svg("svg", { viewBox: "0 0 24 24", class: "icon", "aria-hidden": "true" }, svg("path", { d }));
  const ICONS = {
    talk: "M4 5h16v11H10l-5 4v-4H4z M8 9h8 M8 12h5",
    close: "M6 6l12 12 M18 6L6 18",
    size: "M14 5h5v5 M10 19H5v-5 M19 5l-6 6 M5 19l6-6",
  };
  const list = (value) => (Array.isArray(value) ? value : []);
  const words = (value) => (value === null || value === undefined ? "" : String(value));
  const same = (one, other) => words(one).trim().split(/\s+/).join(" ") === words(other).trim().split(/\s+/).join(" ");
  const wait = (ms) => new Promise((done) => setTimeout(done, ms));

  function newId() {
    if (crypto.randomUUID) return crypto.randomUUID(); // missing on plain http other than localhost
    return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  /** A part of a whole as a bar that needs no colour to be read: a frame, and what is filled of it. */
  function bar(share) {
    const width = Math.max(0, Math.min(1, share || 0)) * 98;
    return svg("svg", { viewBox: "0 0 100 10", class: "bar", preserveAspectRatio: "none", "aria-hidden": "true" },
      svg("rect", { x: 0.5, y: 0.5, width: 99, height: 9, class: "frame" }), svg("rect", { x: 1, y: 1, width, height: 8, class: "fill" }));
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

  /** A drawer of this browser for one server: localStorage for all tabs, sessionStorage for one. Storage may be blocked. */
  class Drawer {
    constructor(storage, name) {
      this.name = name;
      this.storage = storage;
      this.spare = null;
    }

    get() {
      try {
        return JSON.parse(window[this.storage].getItem(this.name)) ?? this.spare;
      } catch {
        return this.spare;
      }
    }

    set(value) {
      this.spare = value;
      try {
        if (value === null) window[this.storage].removeItem(this.name);
        else window[this.storage].setItem(this.name, JSON.stringify(value));
      } catch { /* blocked or full: it is kept as long as the page */ }
    }
  }

  // -- the server ----------------------------------------------------------------------------------------------------
  /** What went wrong: `text` for the student; `lost` if nothing came back, `busy` if the server said when to come again. */
  class Fault extends Error {
    constructor(text, { lost = false, busy = 0, status = 0 } = {}) {
      super(text);
      Object.assign(this, { lost, busy, status });
    }
  }

  class Client {
    constructor(base, t) {
      this.base = base;
      this.t = t;
      this.kept = new Drawer("localStorage", `track-tutor ${base}`);
    }

    url(path) {
      return new URL(path, this.base).href;
    }

    async fetch(path, { token, body, signal } = {}) {
      const headers = { ...(token && { Authorization: `Bearer ${token}` }), ...(body && { "Content-Type": "application/json" }) };
      try {
        return await fetch(this.url(path), { method: body ? "POST" : "GET", headers, body: body && JSON.stringify(body), signal });
      } catch {
        throw new Fault(this.t(signal?.aborted ? "patience" : "unreachable"), { lost: true });
      }
    }

    async json(response) {
      let reply = null;
      try {
        reply = await response.json();
      } catch (fault) {
        if (response.ok && !(fault instanceof SyntaxError)) throw new Fault(this.t("unreachable"), { lost: true }); // cut off in the middle
      }
      if (response.ok) return reply ?? {};
      const { field, message } = Object(reply?.error);
      const text = message ? [field, message].filter(Boolean).join(": ") : this.t("problem", { status: response.status });
      const busy = [429, 503].includes(response.status) ? Math.min(+response.headers.get("Retry-After") || 3, 5) : 0;
      throw new Fault(text, { busy, status: response.status });
    }

    /** The learner's token: kept, or asked for; one that is about to expire is renewed. */
    async token() {
      const kept = this.kept.get();
      const end = Date.parse(kept?.expires);
      if (kept?.token && end - Date.now() > RENEW * (end - kept.since)) return kept.token;
      return this.renew(kept?.token);
    }

    /** A new token for the same learner if the old one is known. Two tabs that ask at once end with one. */
    async renew(old) {
      const ask = async () => {
        const kept = this.kept.get();
        if (kept?.token && kept.token !== old) return kept.token; // another tab was faster
        let response = await this.fetch("webhooks/web/token", { body: {}, token: old });
        if (response.status === 401 && old) response = await this.fetch("webhooks/web/token", { body: {} });
        const fresh = await this.json(response);
        this.stranger ||= Boolean(kept?.learner && kept.learner !== fresh.learner); // the old token was worth nothing
        this.kept.set({ ...fresh, since: Date.now() });
        return fresh.token;
      };
      return navigator.locks ? navigator.locks.request(this.kept.name, ask) : ask();
    }

    /** Ask as this learner. A token that is refused is renewed, once. */
    async ask(path, options = {}) {
      const token = await this.token();
      let response = await this.fetch(`webhooks/web/${path}`, { ...options, token });
      if (response.status === 401) response = await this.fetch(`webhooks/web/${path}`, { ...options, token: await this.renew(token) });
      return response;
    }

    async call(path, options) {
      return this.json(await this.ask(path, options));
    }

    async open(path) {
      return this.json(await this.fetch(path));
    }
  }

  // -- replies -------------------------------------------------------------------------------------------------------
  /** Sets replies as nodes. `ui` is the element: it opens citations, says choices and acts on answers. */
  class Writer {
    constructor(ui) {
      this.ui = ui;
      this.t = (key, filled) => ui.t(key, filled);
      this.captions = 0;
    }

    /** **bold**, *italic* and, where the reply cites them, [1]. */
    inline(text, cited) {
      return words(text).split(/(\*\*.+?\*\*|\*[^*\s][^*\n]*\*|\[\d+\])/).filter(Boolean).map((part) => {
        if (/^\*\*.+\*\*$/.test(part)) return el("strong", { textContent: part.slice(2, -2) });
        if (/^\*.+\*$/.test(part)) return el("em", { textContent: part.slice(1, -1) });
        const number = /^\[(\d+)\]$/.exec(part)?.[1];
        return number && cited?.has(+number) ? this.cite(cited.get(+number)) : part;
      });
    }

    /** The small part of Markdown that a reply's text uses: paragraphs, lists, emphasis, line breaks. */
    prose(text, cited) {
      const parts = words(text).replace(/\r/g, "").split(/\n\s*\n/).filter((part) => part.trim());
      return parts.map((part) => {
        const lines = part.trim().split("\n");
        if (!lines.every((line) => /^[-*•] /.test(line))) return el("p", { dir: "auto" }, this.inline(part.trim(), cited));
        return el("ul", {}, lines.map((line) => el("li", { dir: "auto" }, this.inline(line.slice(2), cited))));
      });
    }

    sourceLine({ author, year }) {
      return [words(author), `(${year || this.t("undated")})`].filter(Boolean).join(" ");
    }

    cite(citation) {
      const label = `[${citation.number}] ${this.sourceLine(citation)}, ${words(citation.title)}`;
      return this.opens(el("button", { type: "button", className: "cite", dir: "ltr", aria: { label, haspopup: "dialog" } },
        el("span", { textContent: `[${citation.number}]` })), citation);
    }

    opens(button, citation) {
      button.dataset.passage = words(citation.passage);
      button.onclick = () => this.ui.sheet.passage(citation, button);
      return button;
    }

    /** The buttons for these citation numbers; a number nobody explains stays plain text. */
    marks(numbers, cited) {
      const known = list(numbers).map((n) => (cited.has(n) ? this.cite(cited.get(n)) : `[${n}]`));
      return known.length ? [" ", el("span", { className: "marks" }, known)] : [];
    }

    answer(custom, cited) {
      const placed = new Set(list(custom.positions).map(({ text }) => text));
      const repeated = list(custom.sentences).every(({ text }) => placed.has(text)); // shown side by side, so not above it too
      const sentences = list(repeated ? [] : custom.sentences).map(({ text, citations }) =>
        el(custom.list ? "li" : "p", { dir: "auto" }, this.inline(text), this.marks(citations, cited)));
      const body = this.sections(custom, sentences);
      if (list(custom.table?.rows).length) body.push(this.table(custom.table, cited));
      if (list(custom.positions).length) body.push(this.positions(custom.positions, cited, words(custom.lead).trim() ? "h5" : "h4"));
      if (!body.length) return []; // nothing but a lead-in: the message's text says more
      return [...this.lead(words(custom.lead)), ...body, ...this.sources(custom.citations)];
    }

    /** Sentences under the headings of an answer to several questions. */
    sections({ lead, list: listed, sections }, sentences) {
      const heads = list(sections).filter(({ first }) => first < sentences.length);
      const runs = heads.length ? heads.map(({ title, first }, n) => [words(title), sentences.slice(first, heads[n + 1]?.first)]) : [["", sentences]];
      const head = words(lead).trim() ? "h5" : "h4";
      return runs.flatMap(([title, run]) => [
        ...(title ? [el(head, { dir: "auto", textContent: title })] : []),
        ...(listed && run.length ? [el("ul", {}, run)] : run),
      ]);
    }

    /** The first line is the answer's heading; what follows leads in. */
    lead(lead) {
      const [head, ...rest] = lead.trim().split("\n");
      return [...(head ? [el("h4", { dir: "auto", textContent: head.replace(/^#+ |\*\*/g, "") })] : []), ...this.prose(rest.join("\n"))];
    }

    /** A comparison; a cell is {text, citations} or a node. */
    table({ columns, rows, caption, first }, cited) {
      const heads = list(columns).map(words);
      const id = `caption-${++this.captions}`;
      const title = el("span", { dir: "auto", textContent: words(caption) || this.t("sideBySide", { names: heads.join(", ") }) });
      const th = (scope, text) => el("th", { scope, dir: "auto", textContent: text });
      const line = ({ aspect, cells }) => el("tr", {}, th("row", words(aspect)), list(cells).map((cell) => this.cell(cell, cited)));
      const table = el("table", {}, el("caption", { id }, title),
        el("thead", {}, el("tr", {}, [first ?? this.t("aspect"), ...heads].map((head) => th("col", head)))),
        el("tbody", {}, rows.map(line)));
      return el("div", { className: "scroller", role: "region", tabIndex: 0, aria: { labelledby: id } }, table);
    }

    cell(cell, cited) {
      if (cell instanceof Node) return el("td", {}, cell);
      const parts = words(cell.text).split("\n").filter((part) => part.trim());
      if (parts.length < 2) return el("td", { dir: "auto" }, parts.flatMap((part) => this.inline(part)), this.marks(cell.citations, cited));
      const items = parts.map((part) => el("li", { dir: "auto" }, this.inline(part.replace(/^[-*•] /, ""))));
      return el("td", {}, el("ul", {}, items), this.marks(cell.citations, cited));
    }

    positions(positions, cited, level) {
      return el("div", { className: "positions" }, positions.map(({ author, text, citations }) => {
        const section = el("section", {}, el(level, { dir: "auto", textContent: words(author) }), this.prose(text));
        section.lastElementChild.append(...this.marks(citations, cited));
        return section;
      }));
    }

    sources(citations) {
      const items = list(citations).map((citation) => {
        const end = citation.locator ? `, ${citation.locator}` : "";
        const text = el("span", { dir: "auto" }, `${this.sourceLine(citation)}. `, el("cite", { textContent: words(citation.title) }), end);
        const number = el("span", { className: "number", textContent: `[${citation.number}]` });
        const button = el("button", { type: "button", className: "source", aria: { haspopup: "dialog" } }, number, " ", text);
        return el("li", {}, this.opens(button, citation));
      });
      const head = el("summary", { textContent: this.t("sources", { n: items.length }) });
      return items.length ? [el("details", { className: "sources", open: items.length <= FEW }, head, el("ul", {}, items))] : [];
    }

    /** How a learner stands with each concept. */
    standing({ by_concept: rows }) {
      if (!list(rows).length) return [];
      const mastery = (row) => el("span", { className: "measure" }, bar(row.mastery), this.ui.percent(row.mastery));
      const cells = (row) => [{ text: this.t("ofMany", { n: row.correct, of: row.asked }) }, mastery(row), { text: this.ui.day(row.due, { day: "numeric", month: "short" }) }];
      return [this.table({ caption: this.t("byTopic"), first: this.t("topic"), columns: ["rightOf", "mastery", "next"].map((key) => this.t(key)),
        rows: rows.map((row) => ({ aspect: row.name, cells: cells(row) })) }, new Map())];
    }

    /** What the message says, with a sign that is more than a colour. */
    verdict({ correct, score, chosen, missing }, said) {
      const skipped = !correct && !list(chosen).length && !list(missing).length;
      const [verdict, sign] = correct ? ["right", "✓"] : score > 0 ? ["partly", "◐"] : skipped ? ["skipped", "–"] : ["wrong", "✗"];
      return el("div", { className: "verdict", data: { verdict } }, el("span", { className: "sign", textContent: sign, aria: { hidden: "true" } }), el("div", {}, said));
    }

    review(missed) {
      const items = list(missed).map((stem) => el("li", { dir: "auto", textContent: words(stem) }));
      return items.length ? [el("h4", { textContent: this.t("review") }), el("ul", {}, items)] : [];
    }

    /** Files to take away, and what is kept of a learner. */
    files({ message, downloads, data }) {
      const links = list(downloads).map(({ title, path }) => el("li", {}, el("a", { href: this.ui.client.url(words(path).replace(/^\//, "")), download: "", textContent: title })));
      const onclick = () => save(JSON.stringify(data, null, 1), "track-tutor.json");
      const button = data ? [el("p", {}, el("button", { type: "button", className: "quiet", textContent: this.t("save"), onclick }))] : [];
      return [...this.prose(links.length ? words(message).split("\n\n")[0] : message), ...(links.length ? [el("ul", { className: "links" }, links)] : []), ...button];
    }

    body(custom, cited) {
      const said = () => this.prose(custom.message, cited);
      switch (custom.kind) {
        case "answer": return this.answer(custom, cited);
        case "quiz_item": return [...said(), ...this.ui.quiz.put(custom.item)];
        case "feedback": return [this.verdict(custom, said()), ...this.answer(custom, cited)];
        case "quiz_summary": return [el("h4", { textContent: this.t("result") }), ...said(), ...this.standing(custom), ...this.review(custom.missed)];
        case "progress": return [...said(), ...this.standing(custom)];
        case "chat": return custom.data || list(custom.downloads).length ? this.files(custom) : [];
        default: return [];
      }
    }

    reply(reply) {
      const custom = reply.custom ?? {};
      let cited;
      try {
        cited = new Map(list(custom.citations).map((citation) => [citation.number, citation]));
        const body = this.body(custom, cited);
        const open = custom.kind === "quiz_item" || !custom.item ? [] : this.ui.quiz.put(custom.item);
        if (body.length) return [...body, ...open];
        if (open.length) return [...this.prose(custom.message || reply.text, cited), ...open];
      } catch (fault) {
        console.error(fault); // a reply of a shape we do not know: its text is complete by itself
      }
      return this.prose(custom.message || reply.text, cited); // the text repeats the suggestions, which are buttons here
    }

    /** The buttons under a reply: its own, else its suggestions. What a question's own controls say is left to them. */
    choices({ buttons, custom }) {
      const own = list(buttons).filter((button) => button?.title).map(({ title, payload }) => ({ shown: words(title), message: words(payload || title) }));
      const all = own.length ? own : list(custom?.suggestions).map((text) => ({ shown: words(text), message: words(text) }));
      const taken = new Set(list(custom?.item?.options).map(({ id }) => id));
      return custom?.item && custom.kind !== "clarify" ? all.filter(({ message }) => !taken.has(message) && !/^(hint|skip)$/i.test(message)) : all;
    }

    suggestions(choices) {
      const buttons = choices.map((choice) =>
        el("button", { type: "button", className: "choice", dir: "auto", textContent: choice.shown, onclick: () => this.ui.send({ ...choice, clicked: true }) }));
      return buttons.length ? [el("div", { className: "suggestions", role: "group", aria: { label: this.t("suggestions") } }, buttons)] : [];
    }

    /** What can be done with an answer. */
    tools(turn, index) {
      const reply = turn.replies[index];
      const kind = reply.custom?.kind;
      if (!["answer", "decline", "feedback"].includes(kind) || !turn.number) return [];
      const tool = (key, onclick) => el("button", { type: "button", className: "tool", textContent: this.t(key), aria: { haspopup: key === "copy" ? "false" : "dialog" }, onclick });
      const copy = tool("copy", async () => this.ui.tell(this.t((await toClipboard(words(reply.text), this.ui.root)) ? "copied" : "uncopied")));
      const link = tool("link", (event) => this.ui.sheet.share(turn, index, event.currentTarget));
      const report = tool("report", (event) => this.ui.sheet.report(turn, index, event.currentTarget));
      return [el("div", { className: "tools" }, kind === "answer" ? [copy, link, report] : [copy, report])];
    }

    message(body, ...below) {
      return el("article", { className: "message tutor", tabIndex: -1 }, el("h3", { textContent: this.t("tutor") }), el("div", { className: "body", lang: this.ui.course?.language ?? "en" }, body), below.flat());
    }

    student(text) {
      return el("article", { className: "message student" }, el("h3", { textContent: this.t("you") }), el("p", { dir: "auto", textContent: text }));
    }

    /** One turn: what was said, and each reply to it. */
    turn(turn) {
      const replies = list(turn.replies).map((reply, index) => {
        const node = this.message(this.reply(reply), this.tools(turn, index), this.suggestions(this.choices(reply)));
        node.dataset.kind = words(reply.custom?.kind);
        return node;
      });
      return el("div", { className: "turn", data: { number: words(turn.number) } }, this.student(words(turn.said)), replies);
    }
  }

  function save(text, name) {
    const href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
    el("a", { href, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(href), 10_000);
  }

  async function toClipboard(text, root) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch { /* plain http, or not allowed: the old way */ }
    const before = root.activeElement;
    const area = el("textarea", { value: text, className: "unseen", readOnly: true });
    (root.querySelector("dialog.sheet[open]") ?? root).append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    before?.focus({ preventScroll: true });
    return done;
  }

  // -- a quiz question -----------------------------------------------------------------------------------------------
  /** The question that waits for an answer: a form that says what a student would type. */
  class Quiz {
    constructor(ui) {
      this.ui = ui;
      this.t = (key, filled) => ui.t(key, filled);
      this.form = null;
    }

    put(item) {
      if (!item?.stem) return [];
      const legend = el("legend", {}, el("span", { className: "count", textContent: this.t("number", { n: item.number, of: item.of }) }), bar(item.number / item.of),
        el("span", { className: "stem", dir: "auto", textContent: words(item.stem) }));
      const hints = list(item.hints).map((text) => el("p", { className: "note", dir: "auto", textContent: this.t("hintIs", { text }) }));
      const about = el("p", { className: "about", textContent: this.t(item.type, { n: list(item.options).length }) });
      const form = el("form", { className: "question", noValidate: true, data: { item: words(item.id), type: words(item.type) } },
        el("fieldset", {}, legend, this.fields(item)), about, hints, el("p", { className: "missing", role: "alert" }), this.controls(item));
      form.item = item;
      form.onsubmit = (event) => this.submit(event, form);
      form.onkeydown = (event) => this.key(event, form);
      return [form];
    }

    controls(item) {
      const button = (key) => el("button", { type: "button", className: "quiet", textContent: this.t(key), onclick: () => this.ui.send({ message: key, shown: this.t(key), clicked: true }) });
      const answer = item.type === "short_answer" ? [] : [el("button", { type: "submit", className: "primary", textContent: this.t("answer") })];
      return el("div", { className: "controls" }, answer, button("hint"), button("skip"));
    }

    fields(item) {
      if (item.type === "match") return this.pairs(item);
      const type = item.type === "select_all" ? "checkbox" : "radio";
      const struck = new Set(list(item.struck));
      return list(item.options).map(({ id, text }) => {
        const off = struck.has(id);
        const box = el("input", { type, name: "choice", value: words(id), disabled: off });
        const mark = item.type === "true_false" ? [] : [el("span", { className: "mark", textContent: `${id})` }), " "];
        const label = [...mark, el(off ? "s" : "span", { dir: "auto", textContent: words(text) }), off ? ` (${this.t("struck")})` : ""];
        return el("label", { className: "option" }, box, el("span", {}, label));
      });
    }

    /** Prompts, each with a choice of partners, whose full texts stand above. */
    pairs({ prompts, options }) {
      const key = el("ul", { className: "partners" }, list(options).map(({ id, text }) =>
        el("li", { dir: "auto" }, el("span", { className: "mark", textContent: `${id})` }), ` ${words(text)}`)));
      const rows = list(prompts).map(({ id, text }) => {
        const entries = list(options).map((option) => el("option", { value: option.id, textContent: `${option.id}) ${words(option.text)}` }));
        const select = el("select", { name: words(id), aria: { label: this.t("matches", { n: id }) + `: ${words(text)}` } }, el("option", { value: "", textContent: this.t("choose") }), entries);
        return el("div", { className: "pair" }, el("span", { dir: "auto" }, el("span", { className: "mark", textContent: `${id}.` }), ` ${words(text)}`), select);
      });
      return [key, ...rows];
    }

    /** Number keys choose while the question has the focus; Enter answers. */
    key(event, form) {
      if (event.ctrlKey || event.altKey || event.metaKey || event.target.matches("select, button")) return;
      const box = [...form.querySelectorAll("input")][Number(event.key) - 1];
      if (box && !box.disabled) {
        box.checked = box.type === "radio" || !box.checked;
        box.focus();
      } else if (event.key === "Enter") form.requestSubmit();
      else return;
      event.preventDefault();
    }

    submit(event, form) {
      event.preventDefault();
      if (form.dataset.type === "short_answer") return;
      const said = form.dataset.type === "match" ? this.matched(form) : this.chosen(form);
      form.querySelector(".missing").textContent = said ? "" : this.t("chooseFirst");
      if (said) this.ui.send({ ...said, clicked: true });
      else form.querySelector("select:has(option[value='']:checked), input:not(:disabled)").focus();
    }

    chosen(form) {
      const boxes = [...form.querySelectorAll("input:checked")];
      if (!boxes.length) return null;
      const shown = boxes.map((box) => box.parentNode.textContent.trim()).join("\n");
      const ids = boxes.map((box) => box.value);
      return { shown, message: ids.length > 1 ? `${ids.slice(0, -1).join(", ")} and ${ids.at(-1)}` : ids[0] };
    }

    matched(form) {
      const chosen = [...form.querySelectorAll("select")].map(({ name, value }) => [name, value]);
      if (!chosen.every(([, value]) => value)) return null;
      const message = chosen.map(([name, value]) => name + value).join(", ");
      return { message, shown: message };
    }

    /** Let the last question of the log be the open one; those before it keep their words only. */
    settle(log, live) {
      const forms = [...log.querySelectorAll("form.question")];
      const open = live?.querySelector("form.question") ?? null;
      for (const form of forms.filter((form) => form !== open)) form.replaceWith(this.settled(form, open));
      this.form = open;
      this.ui.input.placeholder = this.t(open?.dataset.type === "short_answer" ? "placeholderAnswer" : "placeholder");
    }

    /** A question that is over: what was asked and could be chosen; one that is put again below keeps its stem alone. */
    settled({ item, elements }, open) {
      const again = open?.item.id === item.id;
      if (again) this.carry(elements, open);
      const line = (mark, text) => el("li", { dir: "auto" }, el("span", { className: "mark", textContent: mark }), ` ${words(text)}`);
      const rows = again || item.type === "true_false" ? [] : [list(item.prompts).map(({ id, text }) => line(`${id}.`, text)), list(item.options).map(({ id, text }) => line(`${id})`, text))];
      return el("div", { className: "question" }, el("p", { className: "count", textContent: this.t("number", { n: item.number, of: item.of }) }),
        el("p", { className: "stem", dir: "auto", textContent: words(item.stem) }), rows.filter((row) => row.length).map((row) => el("ul", { className: "partners" }, row)));
    }

    /** What was chosen already stays chosen when a hint puts the question again. */
    carry(elements, open) {
      for (const field of [...elements].filter((field) => field.checked || field.matches("select"))) {
        if (field.matches("select")) open.elements[field.name].value = field.value;
        else for (const box of open.querySelectorAll("input")) box.checked ||= box.value === field.value && !box.disabled;
      }
    }

    focus() {
      const first = this.form?.querySelector("input:checked, input:not(:disabled), select");
      (first ?? this.ui.input).focus({ preventScroll: true });
    }
  }

  // -- sheets: what opens above the conversation -----------------------------------------------------------------------
  class Sheet {
    constructor(ui) {
      this.ui = ui;
      this.t = (key, filled) => ui.t(key, filled);
      this.title = el("h2", { id: "sheet-title", tabIndex: -1, dir: "auto" });
      this.content = el("div", { className: "content" });
      this.note = el("p", { className: "told", role: "status" });
      const close = el("button", { type: "button", className: "quiet close", textContent: this.t("close"), onclick: () => this.node.close() });
      this.node = el("dialog", { className: "sheet", aria: { labelledby: "sheet-title" } },
        el("div", { className: "leaf" }, el("div", { className: "leaf-head" }, this.title, close), this.content, this.note));
      this.node.addEventListener("click", (event) => event.target === this.node && this.node.close()); // beside it
    }

    open(title, body, opener) {
      this.set(title, body);
      this.shown = Symbol(title);
      this.node.onclose = () => (opener.isConnected ? opener : this.ui.input).focus(); // Safari does not focus a clicked button
      this.node.showModal();
      this.title.focus();
      this.node.scrollTop = 0;
      return this.shown;
    }

    set(title, body) {
      this.title.textContent = title;
      this.content.replaceChildren(...body.flat());
      this.note.textContent = "";
    }

    button(key, onclick, className = "quiet") {
      return el("button", { type: "button", className, textContent: this.t(key), onclick });
    }

    async copy(text) {
      this.note.textContent = this.t((await toClipboard(text, this.ui.root)) ? "copied" : "uncopied");
    }

    async passage(citation, opener) {
      const { text, locator, title, author, year, url } = citation;
      const mine = this.open(words(title), this.leaf({ text, locator, source: { title, author, year, url } }), opener);
      const loaded = await this.ui.client.open(`api/passages/${encodeURIComponent(citation.passage)}`).catch(() => null);
      if (!this.node.open || this.shown !== mine) return; // closed, or another one opened meanwhile
      if (loaded?.source) this.set(words(loaded.source.title), this.leaf(loaded));
      else this.content.append(el("p", { className: "note", textContent: this.t("partial") }));
    }

    leaf({ text, locator, source, original, notes }) {
      const writer = this.ui.writer;
      const about = [writer.sourceLine(source), words(source.publication), words(locator)].filter(Boolean).join(" · ");
      const body = [el("p", { className: "about", dir: "auto", textContent: about })];
      const found = words(original?.text).trim() !== "";
      if (!found) body.push(el("blockquote", { dir: "auto" }, writer.prose(text)));
      else body.push(...this.said(text, original), ...this.original(original, text, locator));
      for (const note of list(notes)) body.push(...this.editor(note));
      if (source.note) body.push(el("p", { className: "note", dir: "auto" }, el("strong", { textContent: `${this.t("aboutReading")}: ` }), words(source.note)));
      const reference = [`${writer.sourceLine(source)}. ${words(source.title)}.`, ...[source.publication, locator, source.url].filter(Boolean).map((part) => `${part}.`)].join(" ");
      const actions = [this.button("reference", () => this.copy(reference))];
      if (/^https?:\/\//i.test(source.url ?? "")) actions.push(el("a", { href: source.url, target: "_blank", rel: "noopener noreferrer", textContent: this.t("readSource") }));
      return [...body, el("div", { className: "controls" }, actions)];
    }

    /** What is cited, above the original; nothing if it is the original itself. */
    said(text, { text: whole, mended }) {
      if (same(text, whole)) return [];
      const head = this.t(same(text, mended) ? "mended" : "wording");
      return [el("h3", { textContent: head }), el("div", { className: "said", dir: "auto" }, this.ui.writer.prose(text))];
    }

    /** The paragraph as the reading has it, the cited part marked; `said` and `place` are on the leaf already. */
    original({ text, highlights, locator, mended }, said, place) {
      const letters = [...words(text)]; // the server counts characters, a JavaScript string may count two for one
      const parts = [];
      const spoken = (key) => el("span", { className: "unseen spoken", textContent: ` [${this.t(key)}] ` });
      let at = 0;
      for (const [start, end] of rangesIn(highlights, letters.length)) {
        parts.push(letters.slice(at, start).join(""), spoken("begins"), el("mark", { textContent: letters.slice(start, end).join("") }), spoken("ends"));
        at = end;
      }
      const where = same(locator, place) ? "" : words(locator);
      const body = [el("h3", { dir: "auto", textContent: [this.t("original"), where].filter(Boolean).join(": ") })];
      if (parts.length) body.push(el("p", { className: "about", textContent: this.t("cited") }));
      body.push(el("blockquote", { className: "original" }, el("p", { dir: "auto" }, parts, letters.slice(at).join(""))));
      if (!words(mended).trim() || same(mended, said)) return body;
      return [...body, el("details", {}, el("summary", { textContent: this.t("sameMended") }), el("p", { dir: "auto", textContent: words(mended) }))];
    }

    editor(note) {
      const { slip, reading_says, course_teaches } = Object(note);
      const lines = [["inReading", reading_says], ["inCourse", course_teaches]].filter(([, text]) => words(text));
      const head = el("h3", { textContent: [this.t("editor"), words(slip)].filter(Boolean).join(": ") });
      const said = lines.map(([key, text]) => el("p", { dir: "auto" }, el("strong", { textContent: `${this.t(key)}: ` }), words(text)));
      return said.length ? [el("section", { className: "editor" }, head, said)] : [];
    }

    report(turn, index, opener) {
      const note = el("textarea", { id: "note", rows: 3, maxLength: 1000, dir: "auto" });
      const send = this.button("reportSend", () => this.act(send, async () => {
        await this.ui.client.call("report", { body: { turn: turn.number, reply: index, note: note.value.trim() } });
        this.set(this.t("reportTitle"), [el("p", { className: "note", role: "status", textContent: this.t("reported") })]);
        this.title.focus();
      }), "primary");
      const label = el("label", { htmlFor: "note", textContent: this.t("reportNote") });
      this.open(this.t("reportTitle"), [el("p", { className: "note", textContent: this.t("reportAbout") }), label, note, el("div", { className: "controls" }, send)], opener);
    }

    async share(turn, index, opener) {
      const mine = this.open(this.t("linkTitle"), [el("p", { className: "note", textContent: this.t("linkAbout") })], opener);
      await this.act(null, async () => {
        const { path } = await this.ui.client.call("share", { body: { turn: turn.number, reply: index } });
        if (this.shown !== mine) return;
        const href = this.ui.client.url(words(path).replace(/^\//, ""));
        const field = el("input", { id: "address", type: "text", readOnly: true, value: href, dir: "ltr", onfocus: () => field.select() });
        const open = el("a", { href, target: "_blank", rel: "noopener", textContent: this.t("open") });
        this.content.append(el("label", { htmlFor: "address", textContent: this.t("linkLabel") }), field,
          el("div", { className: "controls" }, this.button("copy", () => this.copy(href), "primary"), open));
      });
    }

    /** Do something with the server; what goes wrong is told on the sheet. */
    async act(button, doing) {
      button?.setAttribute("aria-disabled", "true");
      this.note.textContent = "";
      try {
        await doing();
      } catch (fault) {
        this.note.textContent = fault.message;
      }
      button?.removeAttribute("aria-disabled");
    }
  }

  // -- the element ---------------------------------------------------------------------------------------------------
  const LANGUAGES = {};
  let arrived;
  const strings = new Promise((done) => (arrived = done));

  class TrackTutor extends HTMLElement {
    static observedAttributes = ["open", "heading"];

    /** Add languages, or strings to one that is there: {"de": {"send": "Senden", ...}}. */
    static languages(more) {
      for (const [lang, own] of Object.entries(more)) LANGUAGES[lang.toLowerCase()] = { ...LANGUAGES[lang.toLowerCase()], ...own };
      arrived();
    }

    constructor() {
      super();
      this.root = this.attachShadow({ mode: "open" });
      this.root.adoptedStyleSheets = [SHEET];
      this.turns = new Map(); // by number: {turn, node}
      this.flight = null; // AbortController of the message under way; null when there is none
      this.begun = false;
    }

    async connectedCallback() {
      await strings;
      if (!this.isConnected || this.client) return;
      const server = this.getAttribute("server");
      const base = new URL(server ? server.replace(/\/*$/, "/") : HERE.href.replace(/widget\/[^/]+\/$/, ""), document.baseURI).href;
      this.language = this.findLanguage();
      this.client = new Client(base, (key, filled) => this.t(key, filled));
      this.pending = new Drawer("sessionStorage", `track-tutor pending ${base}`);
      this.seen = new Drawer("localStorage", `track-tutor seen ${base}`);
      this.writer = new Writer(this);
      this.quiz = new Quiz(this);
      this.sheet = new Sheet(this);
      this.build();
      this.listen();
      if (this.inline || this.hasAttribute("open")) this.show(false);
    }

    disconnectedCallback() {
      this.listening?.abort();
    }

    attributeChangedCallback(name, before, now) {
      if (!this.panel || before === now) return;
      if (name === "heading") this.entitle();
      if (name === "open" && !this.inline) (now === null ? () => this.hide() : () => this.show(true))();
    }

    get inline() {
      return this.hasAttribute("inline");
    }

    // Language
    findLanguage() {
      const asked = [this.lang, this.closest("[lang]")?.lang, document.documentElement.lang].filter(Boolean).map((lang) => lang.toLowerCase());
      return asked.flatMap((lang) => [lang, lang.split("-")[0]]).find((lang) => LANGUAGES[lang]) ?? "en";
    }

    get direction() {
      return this.dir || (RTL.test(this.language) ? "rtl" : "ltr");
    }

    /** A string of the interface, with {names} filled in. */
    t(key, filled = {}) {
      const text = LANGUAGES[this.language][key] ?? LANGUAGES.en[key] ?? key;
      return text.replace(/\{(\w+)\}/g, (all, name) => (typeof filled[name] === "number" ? filled[name].toLocaleString(this.language) : filled[name] ?? all));
    }

    day(when, form = { day: "numeric", month: "long" }) {
      return when ? new Date(when).toLocaleDateString(this.language === "en" ? "en-GB" : this.language, form) : "–";
    }

    percent(share) {
      return (Math.floor((share || 0) * 100) / 100).toLocaleString(this.language, { style: "percent" });
    }

    // Building
    build() {
      const direction = this.direction;
      const labelled = { aria: { labelledby: "heading" }, dir: direction, lang: this.language };
      this.launcher = el("button", { type: "button", className: "launcher", onclick: () => this.toggleAttribute("open", true), aria: { expanded: "false", haspopup: "dialog" } },
        icon(ICONS.talk), el("span", { textContent: this.t("launch") }));
      this.panel = el(this.inline ? "section" : "dialog", { className: "panel", ...labelled }, this.masthead(), this.conversation(), this.composer());
      const place = el("section", { className: "place", dir: direction, lang: this.language, aria: { label: this.t("heading") } }, this.launcher);
      this.sheet.node.dir = direction;
      this.sheet.node.lang = this.language;
      this.root.append(...(this.inline ? [] : [place]), this.panel, this.sheet.node);
      this.entitle();
    }

    masthead() {
      this.head = el("h2", { id: "heading", dir: "auto" });
      const size = el("button", { type: "button", className: "symbol size", aria: { label: this.t("larger") }, onclick: () => {
        const large = this.panel.classList.toggle("large");
        size.setAttribute("aria-label", this.t(large ? "smaller" : "larger"));
      } }, icon(ICONS.size));
      const close = el("button", { type: "button", className: "symbol", aria: { label: this.t("close") }, onclick: () => this.removeAttribute("open") }, icon(ICONS.close));
      return el("div", { className: "masthead" }, this.head, this.inline ? [] : [size, close]);
    }

    conversation() {
      this.older = el("button", { type: "button", className: "quiet older", textContent: this.t("earlier"), hidden: true, onclick: () => this.loadOlder() });
      this.greeting = el("div", { className: "greeting" });
      this.log = el("div", { className: "log", role: "log", tabIndex: 0, aria: { live: "off", label: this.t("log") } }, this.older, this.greeting);
      this.status = el("div", { className: "status", role: "status" });
      this.error = el("div", { className: "error", role: "alert" });
      return el("div", { className: "talk" }, this.log, this.status, this.error);
    }

    composer() {
      this.input = el("textarea", { id: "input", rows: 1, maxLength: LIMIT, dir: "auto", autocomplete: "off", enterKeyHint: "send", placeholder: this.t("placeholder"), aria: { describedby: "keys" } });
      this.grow = el("div", { className: "grow" }, this.input);
      this.left = el("p", { className: "left", aria: { live: "polite" } });
      this.form = el("form", { className: "composer" }, el("label", { htmlFor: "input", className: "unseen", textContent: this.t("label") }),
        el("div", { className: "row" }, this.grow, this.submit = el("button", { type: "submit", className: "primary", textContent: this.t("send") })),
        el("div", { className: "under" }, el("p", { id: "keys", textContent: this.t("keys") }), this.left));
      this.form.onsubmit = (event) => this.submitText(event);
      this.input.oninput = () => this.measure();
      this.input.onkeydown = (event) => {
        // Enter that ends an input method's composition is not meant for us.
        if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.keyCode !== 229) this.submitText(event);
      };
      return this.form;
    }

    listen() {
      this.listening = new AbortController();
      const { signal } = this.listening;
      const catchUp = () => document.visibilityState === "visible" && this.catchUp();
      addEventListener("storage", (event) => event.key === this.seen.name && this.catchUp(), { signal });
      addEventListener("online", () => this.catchUp(), { signal });
      document.addEventListener("visibilitychange", catchUp, { signal });
      this.panel.addEventListener("keydown", (event) => {
        if (event.key === "Escape" && !this.inline && !event.defaultPrevented) this.removeAttribute("open");
      });
      this.panel.addEventListener("cancel", (event) => event.target === this.panel && event.preventDefault()); // the line above closes it
      this.log.addEventListener("scroll", () => {
        if (this.log.scrollTop < 200 && !this.older.hidden && this.settled) this.loadOlder();
      }, { passive: true });
    }

    entitle() {
      this.head.textContent = this.getAttribute("heading") || this.course?.title || this.t("heading");
    }

    // Opening and closing
    show(byUser) {
      if (this.inline) {
        this.panel.hidden = false;
      } else if (!this.panel.open) {
        if (byUser && matchMedia(NARROW).matches) this.panel.showModal(); // it fills the window, so nothing behind it can be used
        else this.panel.open = true;
        this.launcher.setAttribute("aria-expanded", "true");
        this.launcher.hidden = true;
        if (byUser) this.input.focus();
      }
      if (!this.begun) this.loaded = this.begin();
      this.dispatchEvent(new CustomEvent("tutor-open", { bubbles: true }));
    }

    hide() {
      if (!this.panel.open) return;
      this.panel.close();
      this.launcher.hidden = false;
      this.launcher.setAttribute("aria-expanded", "false");
      this.launcher.focus();
      this.dispatchEvent(new CustomEvent("tutor-close", { bubbles: true }));
    }

    /** Load the course and the conversation. */
    async begin() {
      this.begun = true;
      this.showStatus(this.t("loading"));
      try {
        await this.greet();
        if (this.hasAttribute("answer")) await this.showShared(this.getAttribute("answer"));
        else await this.showHistory();
      } catch (fault) {
        this.begun = false;
        this.showStatus("");
        this.showError(el("p", { textContent: this.t("unloaded") }), fault.message, () => (this.loaded = this.begin()));
      }
      this.dispatchEvent(new CustomEvent("tutor-ready", { bubbles: true }));
    }

    async showHistory() {
      const { turns, more } = await this.patiently(() => this.client.call(`history?limit=${PAGE}`));
      this.replace(list(turns), more);
      if (!this.flight) this.showStatus("");
      this.goOn();
    }

    async greet() {
      this.course = await this.patiently(() => this.client.open("api/course"));
      this.entitle();
      const welcome = this.getAttribute("start") || `${this.t("greeting", { course: words(this.course.title) || this.t("readings") })} ${this.t("about")}`;
      const starts = this.writer.suggestions(list(this.course.start_with).map((text) => ({ shown: words(text), message: words(text) })));
      this.greeting.replaceChildren(this.writer.message([el("p", { dir: "auto", textContent: welcome })], starts));
    }

    /** Repeat what a server puts off that is starting, or had too many messages. */
    async patiently(ask) {
      for (let tries = 0; ; tries++) {
        try {
          return await ask();
        } catch (fault) {
          if (!fault.busy || tries > 30) throw fault;
          this.showStatus(fault.status === 429 ? fault.message : this.t("starting"));
          await wait(fault.busy * 1000);
        }
      }
    }

    /** A message that a reload cut off is sent again under its id, or offered again if that is long ago. */
    goOn() {
      if (this.flight) return;
      const said = this.pending.get();
      if (!said || [...this.turns.values()].some(({ turn }) => turn.id === said.id)) return this.pending.set(null);
      if (Date.now() - said.at < STALE) return void this.deliver(said);
      this.pending.set(null);
      if (!said.clicked) this.setInput(said.message);
    }

    // The log
    get last() {
      return Math.max(0, ...this.turns.keys());
    }

    get first() {
      return Math.min(...this.turns.keys());
    }

    /** Show these turns and no others. */
    replace(turns, more) {
      for (const { node } of this.turns.values()) node.remove();
      this.turns.clear();
      this.quietly(() => turns.forEach((turn) => this.place(turn)));
      this.older.hidden = !more;
      this.greeting.hidden = Boolean(more);
      this.settle();
      const end = [...this.turns.values()].at(-1)?.node;
      if (end) this.scrollTo(end);
      requestAnimationFrame(() => (this.settled = true)); // from here on scrolling up loads more
    }

    /** Change the log without its being read out: what was said before is not news. */
    quietly(change) {
      this.log.setAttribute("aria-live", "off");
      change();
      clearTimeout(this.unmute);
      this.unmute = setTimeout(() => this.log.setAttribute("aria-live", "polite"), 1000);
    }

    /** Put a turn where it belongs by its number; one that is there stays. */
    place(turn) {
      if (!Number.isInteger(turn?.number) || this.turns.has(turn.number)) return null;
      const node = this.writer.turn(turn);
      const next = [...this.turns.keys()].filter((number) => number > turn.number);
      const before = next.length ? this.turns.get(Math.min(...next)).node : this.waiting;
      if (before?.parentNode === this.log) before.before(node);
      else this.log.append(node);
      this.turns.set(turn.number, { turn, node });
      return node;
    }

    /** Only what was said last can be answered. */
    settle() {
      const live = this.turns.get(this.last)?.node ?? this.greeting;
      for (const group of this.log.querySelectorAll(".suggestions")) group.hidden = !live.contains(group);
      for (const { node } of this.turns.values()) node.classList.toggle("live", node === live);
      this.quiz.settle(this.log, live);
    }

    async loadOlder() {
      if (this.loading) return;
      this.loading = true;
      try {
        const { turns, more } = await this.client.call(`history?limit=${PAGE}&before=${this.first}`);
        const anchor = this.turns.get(this.first).node;
        const before = anchor.getBoundingClientRect().top;
        const focused = this.root.activeElement === this.older;
        this.quietly(() => list(turns).forEach((turn) => this.place(turn)));
        this.older.hidden = !more;
        this.greeting.hidden = Boolean(more);
        this.settle();
        this.scroller.scrollTop += anchor.getBoundingClientRect().top - before;
        if (focused && !more) this.log.focus({ preventScroll: true });
      } catch (fault) {
        this.tell(fault.message);
      }
      this.loading = false;
    }

    /** Show what another tab or device has said meanwhile, and drop what it deleted. */
    async catchUp({ after = this.last } = {}) {
      if (!this.begun || !this.course || this.hasAttribute("answer")) return;
      this.missed = Boolean(this.flight); // once its answer is here
      if (this.missed) return;
      try {
        for (let more = true; more;) {
          const reply = await this.client.call(`history?limit=${PAGE}&after=${after}`);
          this.drop(reply.oldest);
          const placed = list(reply.turns).map((turn) => this.place(turn)).filter(Boolean);
          more = reply.more;
          after = list(reply.turns).at(-1)?.number ?? after;
          this.settle();
          if (placed.length) this.scrollTo(placed.at(-1));
          if (placed.length) this.dispatchEvent(new CustomEvent("tutor-turn", { bubbles: true }));
        }
      } catch { /* the next occasion will do */ }
    }

    /** Remove what the server no longer keeps: everything before its oldest turn. */
    drop(oldest) {
      const gone = [...this.turns.keys()].filter((number) => number && number < (oldest ?? Infinity));
      for (const number of gone) {
        this.turns.get(number).node.remove();
        this.turns.delete(number);
      }
      if (!oldest) this.older.hidden = !(this.greeting.hidden = false);
    }

    get scroller() {
      return getComputedStyle(this.log).overflowY === "visible" ? this.panel : this.log; // zoomed in, all of the panel scrolls
    }

    /** Bring the beginning of a node to the top of what is seen, without moving the host's page. */
    scrollTo(node) {
      const box = this.scroller;
      box.scrollTop += node.getBoundingClientRect().top - box.getBoundingClientRect().top - 8;
    }

    // Sending
    submitText(event) {
      event.preventDefault();
      const text = this.input.value.trim();
      if (!text) return this.input.focus();
      if (this.flight) return;
      this.setInput("");
      this.send({ message: text });
    }

    /** Say something: {message: what is handled, shown: what the student sees, clicked: whether it was a control of the log}. */
    send({ message, shown, clicked }) {
      if (this.flight) return;
      this.deliver({ id: newId(), message, shown: (shown ?? message).slice(0, LIMIT), clicked: Boolean(clicked), at: Date.now() });
    }

    async deliver(said) {
      this.pending.set(said);
      this.error.replaceChildren();
      this.waiting?.remove();
      this.waiting = el("div", { className: "turn live" }, this.writer.student(said.shown));
      this.log.append(this.waiting);
      this.scrollTo(this.waiting);
      this.setBusy(true);
      try {
        await this.loaded; // what was said before comes first
        const turn = await this.attempts(said);
        this.pending.set(null);
        this.done(said, turn);
      } catch (fault) {
        this.setBusy(false);
        this.failed(said, fault);
      }
    }

    async done(said, turn) {
      this.setBusy(false);
      this.waiting?.remove();
      this.waiting = null;
      const had = said.clicked && (this.log.contains(this.root.activeElement) || !this.root.activeElement);
      const known = this.turns.get(turn.number);
      const anew = known ? known.turn.id !== turn.id : turn.number < this.last; // everything before was deleted
      if (anew || this.client.stranger) this.replace([], false);
      this.client.stranger = false;
      const before = this.last;
      const node = this.place(turn) ?? this.turns.get(turn.number).node;
      this.settle();
      if (node) this.scrollTo(node);
      if (had && node) this.focusOn(node);
      this.seen.set(Date.now()); // other tabs hear of it
      this.dispatchEvent(new CustomEvent("tutor-turn", { bubbles: true, detail: turn }));
      if (this.missed) await this.catchUp({ after: before });
    }

    /** The focus goes on where a click or key in the log left off: to the question, what comes next, or the answer. */
    focusOn(node) {
      const kind = node.querySelector(".tutor")?.dataset.kind;
      const choice = node.querySelector(".choice");
      if (node.querySelector("form.question") && kind === "quiz_item") this.quiz.focus();
      else if (kind === "feedback" && choice) choice.focus({ preventScroll: true });
      else (node.querySelector(".tutor") ?? this.log).focus({ preventScroll: true });
    }

    /** Send until there is an answer: once more if it was lost, and whenever the student or the server says so. */
    async attempts(said) {
      for (let resent = 0, tries = 0; ; tries++) {
        try {
          return await this.attempt(said);
        } catch (fault) {
          if (fault.again) continue;
          if (fault.busy && tries < 30) {
            this.showStatus(fault.status === 429 ? fault.message : this.t("starting"));
            await wait(fault.busy * 1000);
          } else if (fault.lost && !fault.late && resent++ < 1) await this.untilOnline();
          else throw fault;
          this.showStatus(this.t("typing"));
        }
      }
    }

    async attempt({ id, message, shown }) {
      const mine = (this.flight = new AbortController());
      let reason = null;
      const stop = (why) => {
        reason = why;
        mine.abort();
      };
      const timers = [setTimeout(() => this.showStatus(this.t("slow"), { act: () => stop("again") }), SLOW), setTimeout(() => stop("late"), PATIENCE)];
      try {
        const body = { id, message, ...(shown !== message && { shown }) };
        const { turn } = await this.client.call("webhook", { body, signal: mine.signal });
        if (!turn) throw new Fault(this.t("empty"));
        return turn;
      } catch (fault) {
        throw Object.assign(fault, reason && { [reason]: true });
      } finally {
        timers.forEach(clearTimeout);
      }
    }

    /** Wait for the connection, or for the student to try. */
    untilOnline() {
      return new Promise((done) => {
        this.showStatus(this.t("lost"), { act: done });
        if (navigator.onLine) setTimeout(done, PAUSE);
        else addEventListener("online", done, { once: true });
      });
    }

    failed(said, fault) {
      const quoted = said.shown.length > 60 ? `${said.shown.slice(0, 60)} …` : said.shown;
      if (!said.clicked && !this.input.value) this.setInput(said.message);
      this.showError(el("p", { dir: "auto", textContent: this.t("failed", { said: quoted }) }), fault.message, () => {
        if (this.input.value === said.message) this.setInput("");
        this.deliver(said); // under the same id: if it did arrive, its answer comes
      });
    }

    // What is going on
    setBusy(busy) {
      if (!busy) this.flight = null;
      else this.flight ??= new AbortController();
      this.panel.classList.toggle("busy", busy);
      this.submit.setAttribute("aria-disabled", busy); // not `disabled`, which would lose the focus
      this.showStatus(busy ? this.t("typing") : "");
    }

    showStatus(text, { act } = {}) {
      const dots = el("span", { className: "dots", aria: { hidden: "true" } }, el("i"), el("i"), el("i"));
      const again = act ? [el("button", { type: "button", className: "quiet", textContent: this.t("again"), onclick: () => {
        this.input.focus(); // this button is about to go
        act();
      } })] : [];
      this.status.replaceChildren(...(text ? [dots, el("span", { textContent: text }), ...again] : []));
    }

    /** Say something in passing. */
    tell(text) {
      this.status.replaceChildren(el("span", { textContent: text }));
      clearTimeout(this.telling);
      this.telling = setTimeout(() => !this.flight && this.showStatus(""), SLOW);
    }

    showError(what, reason, act) {
      const onclick = () => {
        this.error.replaceChildren();
        this.input.focus();
        act();
      };
      this.error.replaceChildren(el("div", {}, what, el("p", { dir: "auto", textContent: reason })),
        el("button", { type: "button", className: "quiet", textContent: this.t("again"), onclick }));
      if (this.waiting) this.scrollTo(this.waiting);
    }

    // The message field
    setInput(text) {
      this.input.value = text;
      this.measure();
    }

    measure() {
      const left = LIMIT - this.input.value.length;
      this.grow.dataset.text = this.input.value; // the field is as tall as this hidden copy
      const told = this.input.value.length < COUNT_FROM ? "" : this.t("left", { n: Math.ceil(left / 50) * 50 }); // in steps, not at each key
      if (this.left.textContent !== told) this.left.textContent = told;
    }

    /** An answer that somebody shared, instead of a conversation. */
    async showShared(id) {
      this.form.hidden = true;
      this.greeting.hidden = true;
      try {
        const { question, reply, course, now, same: stands } = await this.client.open(`api/answers/${encodeURIComponent(id)}`);
        const turn = this.writer.turn({ said: question, replies: [{ ...reply, buttons: [], custom: { ...reply.custom, suggestions: [], item: null } }] });
        const about = [this.t("shared", { version: words(course?.version) }), stands ? this.t("stillTrue") : this.t("changed", { version: words(now?.version) })];
        this.log.append(turn, el("p", { className: "note shared", textContent: about.join(" ") }));
        turn.querySelector("h3").textContent = this.t("question");
        this.showStatus("");
      } catch (fault) {
        this.showStatus(fault.status === 404 ? this.t("noAnswer") : fault.message);
        this.status.querySelector(".dots")?.remove();
      }
    }

    /** For a page around the element: everything anew, as after "forget me". */
    async restart() {
      this.pending.set(null);
      this.seen.set(Date.now());
      await this.catchUp();
    }
  }

  // -- the look ------------------------------------------------------------------------------------------------------
  const DARK = `color-scheme: dark; --page: var(--tutor-page, #101615); --sheet: var(--tutor-sheet, #182120); --ink: var(--tutor-ink, #e4ebe7);
    --soft: #a6b6af; --rule: #33413c; --line: #7b8f87; --accent: var(--tutor-accent-dark, #86d0c4); --on-accent: var(--tutor-on-accent-dark, #08211d);
    --tint: var(--tutor-tint-dark, #20403a); --mark: #5a4b12; --alarm: #ffb4ab; --alarm-page: #3a1917; --good: #9fd8a4;`;
  const CSS = `
:host { all: initial; display: block; color-scheme: light; --page: var(--tutor-page, #eef1ef); --sheet: var(--tutor-sheet, #fdfdfb); --ink: var(--tutor-ink, #1c2422);
  --soft: #4d5c56; --rule: #cdd6d1; --line: #6f7e78; --accent: var(--tutor-accent, #0b5a55); --on-accent: var(--tutor-on-accent, #fff);
  --tint: var(--tutor-tint, #dae7e2); --mark: #f6e7a8; --alarm: #8f1d1d; --alarm-page: #fbecea; --good: #1d5c2a;
  --serif: var(--tutor-serif, "Iowan Old Style", Charter, "Palatino Linotype", "Book Antiqua", "Noto Serif", Georgia, serif);
  --sans: var(--tutor-sans, system-ui, -apple-system, "Segoe UI", "Noto Sans", "Liberation Sans", sans-serif);
  --radius: var(--tutor-radius, 6px); font: medium/1.5 var(--sans); color: var(--ink); }
@media (prefers-color-scheme: dark) { :host(:not([theme="light"])) { ${DARK} } }
:host([theme="dark"]) { ${DARK} }
:host([hidden]), [hidden] { display: none !important; }
*, *::before, *::after { box-sizing: border-box; }
h2, h3, h4, h5, p, ul, blockquote, fieldset, legend { margin: 0; padding: 0; border: 0; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
button, select { min-width: 44px; min-height: 44px; margin: 0; border: 0; background: none; color: inherit; font: inherit; }
button { cursor: pointer; }
.quiet, .choice { padding: 8px 16px; border: 1px solid var(--line); border-radius: var(--radius); background: var(--sheet); color: var(--accent); }
.quiet { font-size: 0.9375em; }
:is(.quiet, .choice, .tool, .symbol):hover { border-color: var(--accent); background: var(--tint); }
.primary { padding: 8px 22px; border: 1px solid var(--accent); border-radius: var(--radius); background: var(--accent); color: var(--on-accent); font-weight: 600; }
.primary:hover { text-decoration: underline; text-underline-offset: 0.2em; }
[aria-disabled="true"], .busy .choice, .busy .question button { opacity: 0.6; cursor: default; }
.icon { width: 24px; height: 24px; fill: none; stroke: currentColor; stroke-width: 1.8; stroke-linecap: round; stroke-linejoin: round; }
a { display: inline-flex; align-items: center; min-height: 44px; color: var(--accent); text-underline-offset: 0.2em; }

/* Launcher and panel */
.launcher { position: fixed; z-index: 2147483000; inset-block-end: var(--tutor-offset, 20px); inset-inline-end: var(--tutor-offset, 20px); display: flex; align-items: center; gap: 10px; min-height: 56px;
  padding: 8px 22px 8px 18px; border: 2px solid var(--sheet); border-radius: 30px; background: var(--accent); color: var(--on-accent); font-weight: 600; box-shadow: 0 3px 14px rgb(0 0 0 / 30%); }
.launcher:hover span { text-decoration: underline; text-underline-offset: 0.2em; }
.panel { display: flex; flex-direction: column; overflow: hidden; margin: 0; padding: 0; border: 1px solid var(--line); border-radius: 10px; background: var(--page); color: var(--ink); container-type: inline-size; overflow-wrap: break-word; }
dialog.panel { position: fixed; z-index: 2147483000; inset: auto; inset-block-end: var(--tutor-offset, 20px); inset-inline-end: var(--tutor-offset, 20px); width: min(var(--tutor-width, 440px), 100vw - 40px);
  max-width: none; height: min(var(--tutor-height, 720px), 100vh - 40px); height: min(var(--tutor-height, 720px), 100dvh - 40px); max-height: none; box-shadow: 0 6px 30px rgb(0 0 0 / 35%); }
dialog.panel:not([open]) { display: none; }
dialog.panel.large { width: min(900px, 100vw - 40px); height: calc(100vh - 40px); height: calc(100dvh - 40px); }
:host([position="left"]) :is(.launcher, dialog.panel) { right: auto; left: var(--tutor-offset, 20px); }
:host([position="right"]) :is(.launcher, dialog.panel) { left: auto; right: var(--tutor-offset, 20px); }
section.panel { width: 100%; height: var(--tutor-height, min(44em, 90vh)); }
.masthead { display: flex; align-items: center; gap: 4px; padding: 4px 8px 4px 16px; padding-inline: 16px 6px; border-block-end: 3px double var(--line); }
.masthead h2 { flex: 1; min-width: 0; padding-block: 7px; font: 600 1.125em/1.3 var(--serif); text-wrap: balance; }
.symbol { display: grid; place-items: center; flex: none; border-radius: var(--radius); color: var(--accent); }

/* The conversation */
.talk { display: flex; flex: 1; flex-direction: column; min-height: 0; }
.log { flex: 1; min-height: 0; padding: 14px clamp(10px, 4cqi, 24px) 8px; overflow: hidden auto; overscroll-behavior: contain; }
.log:focus-visible { outline-offset: -3px; }
.older { display: block; margin: 0 auto 14px; }
.turn { padding: 2px 4px; margin-inline: -4px; content-visibility: auto; contain-intrinsic-block-size: auto 320px; }
.turn.live { content-visibility: visible; }
.message { margin-block-end: 18px; }
.message:focus-visible { outline-width: 1px; }
.message h3 { color: var(--soft); font: 600 0.8125em/1.3 var(--sans); letter-spacing: 0.04em; }
.student { width: fit-content; max-width: min(85%, 560px); margin-inline-start: auto; padding: 8px 14px 10px; border-radius: 14px 14px 3px; border-end-end-radius: 3px; background: var(--tint); }
.student p { white-space: pre-wrap; overflow-wrap: anywhere; }
.tutor > h3 { display: flex; align-items: center; gap: 12px; margin-block-end: 6px; }
.tutor > h3::after { content: ""; flex: 1; border-block-start: 1px solid var(--rule); }
.body { padding: clamp(12px, 3cqi, 26px); border: 1px solid var(--rule); border-radius: var(--radius); background: var(--sheet); font: 1.0625em/1.6 var(--serif); }
.body > * + *, .body li + li, .positions p + p { margin-block-start: 14px; }
.body > :is(p, ul) { max-width: 66ch; }
.body :is(p, li) { white-space: pre-line; }
.body > ul { padding-inline-start: 1.2em; }
.body li::marker { color: var(--accent); }
:is(h4, h5) { font: 600 1.0625em/1.35 var(--serif); }
h5 { font-size: 1em; }
[data-kind="decline"] .body { border-style: dashed; border-color: var(--line); }

/* Citations: a full target around a small mark, without spreading the lines */
.cite { display: inline-grid; place-items: center; margin-block: -10px; padding: 0; vertical-align: middle; color: var(--accent); font: 600 0.8125em/1 var(--sans); white-space: nowrap; }
.cite span { min-width: 34px; padding: 5px; border-radius: 4px; background: var(--tint); text-align: center; }
.cite:hover span { background: var(--accent); color: var(--on-accent); }
.cite:focus-visible { outline-offset: -3px; }
.marks { display: inline-flex; flex-wrap: wrap; row-gap: 20px; margin-inline-start: -4px; vertical-align: middle; }
.sources { font: 0.875em/1.4 var(--sans); }
.sources::before { content: ""; display: block; width: 96px; margin-block: 20px 8px; border-block-start: 1px solid var(--line); }
summary { display: flex; align-items: center; gap: 8px; min-height: 44px; color: var(--soft); font: 600 0.9375em/1.3 var(--sans); cursor: pointer; }
summary::before { content: "▸"; content: "▸" / ""; }
[dir="rtl"] summary::before { content: "◂"; content: "◂" / ""; }
[open] > summary::before { content: "▾"; content: "▾" / ""; }
summary:hover { text-decoration: underline; text-underline-offset: 0.2em; }
.sources ul { list-style: none; }
.body .sources li { margin: 0; white-space: normal; }
.source { display: flex; gap: 8px; align-items: baseline; width: 100%; padding: 10px 0; text-align: start; }
.source .number { flex: none; min-width: 28px; color: var(--accent); font-weight: 600; }
.source:hover cite { text-decoration: underline; text-underline-offset: 0.15em; }

/* Tables and positions */
.scroller { overflow-x: auto; border-block: 2px solid var(--line); }
table { width: 100%; border-collapse: collapse; font: 0.9375em/1.5 var(--sans); }
caption { padding-block: 10px; text-align: start; font: 600 1.0625em/1.35 var(--serif); }
caption span { display: inline-block; position: sticky; inset-inline-start: 0; max-width: min(100%, 90cqi - 40px); }
th, td { min-width: 150px; padding: 10px; padding-inline: 0 14px; border-block-start: 1px solid var(--rule); text-align: start; vertical-align: top; white-space: pre-line; }
th { font-weight: 600; }
th:first-child { min-width: 104px; }
tbody th { color: var(--soft); }
thead th { color: var(--accent); }
:is([data-kind="progress"], [data-kind="quiz_summary"]) :is(th, td) { min-width: 0; padding-inline-end: 10px; }
:is([data-kind="progress"], [data-kind="quiz_summary"]) tbody th::first-letter { text-transform: uppercase; }
td ul { padding-inline-start: 1.1em; }
.body td li + li { margin-block-start: 6px; }
.positions { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 200px), 1fr)); gap: 18px 30px; }
.positions section { padding-block-start: 10px; border-block-start: 2px solid var(--accent); }
.positions :is(h4, h5) { margin-block-end: 6px; font: 600 1em/1.35 var(--sans); }
.bar { width: 100%; min-width: 60px; height: 12px; }
[dir="rtl"] .bar { transform: scaleX(-1); }
.bar .frame { fill: none; stroke: var(--line); vector-effect: non-scaling-stroke; }
.bar .fill { fill: var(--accent); }
.measure { display: grid; gap: 4px; }

/* Below an answer */
.tools { display: flex; flex-wrap: wrap; gap: 0 4px; margin-block-start: 2px; }
.tool { padding: 4px 10px; border-radius: var(--radius); color: var(--soft); font-size: 0.875em; text-decoration: underline; text-decoration-color: var(--line); text-underline-offset: 0.25em; }
.suggestions { display: flex; flex-wrap: wrap; gap: 8px; margin-block-start: 8px; }
.choice { max-width: 100%; border-radius: 22px; text-align: start; overflow-wrap: anywhere; }

/* Quiz */
.question { font-family: var(--sans); font-size: 0.9375em; }
fieldset { min-width: 0; }
legend { display: block; width: 100%; }
.count { display: block; margin-block-end: 4px; color: var(--soft); font-weight: 600; font-size: 0.9375em; }
.stem { display: block; margin-block: 12px 10px; font: 600 1.125em/1.4 var(--serif); }
.option { display: flex; align-items: center; gap: 12px; min-height: 44px; padding: 8px 12px; border: 1px solid var(--line); border-radius: var(--radius); cursor: pointer; }
.option + .option { margin-block-start: 8px; }
.option:hover { background: var(--tint); }
.option:has(:checked) { border-color: var(--accent); background: var(--tint); box-shadow: inset 0 0 0 1px var(--accent); }
.option:has(:focus-visible) { outline: 3px solid var(--accent); outline-offset: 2px; }
.option:has(:disabled) { color: var(--soft); cursor: default; }
.option input { flex: none; width: 20px; height: 20px; margin: 0; accent-color: var(--accent); outline: 0; }
.mark { color: var(--accent); font-weight: 600; }
.partners { padding: 0; list-style: none; }
.body .partners li + li { margin-block-start: 4px; }
.partners + .partners, .partners + .pair { margin-block-start: 10px; }
.pair { display: flex; flex-wrap: wrap; align-items: center; gap: 6px 14px; padding-block: 8px; border-block-start: 1px solid var(--rule); }
.pair > span { flex: 1 1 200px; }
select { flex: 0 1 200px; min-width: min(100%, 120px); padding: 4px 8px; border: 1px solid var(--line); border-radius: var(--radius); background: var(--sheet); text-overflow: ellipsis; }
.question > * + * { margin-block-start: 10px; }
.controls { display: flex; flex-wrap: wrap; gap: 8px 14px; align-items: center; }
.missing { color: var(--alarm); font-weight: 600; }
.missing:empty { margin: 0; }
.verdict { display: flex; align-items: baseline; gap: 10px; }
.verdict strong { color: var(--verdict); }
.sign { display: grid; flex: none; color: var(--verdict); place-items: center; width: 28px; height: 28px; border: 2px solid; border-radius: 50%; font-size: 0.9375em; line-height: 1; }
[data-verdict="right"] { --verdict: var(--good); }
[data-verdict="wrong"] { --verdict: var(--alarm); }
.links { padding: 0; list-style: none; }
.body .links li + li { margin: 0; }

/* What is going on */
.status, .error { margin-inline: clamp(10px, 4cqi, 24px); }
.status { color: var(--soft); font-size: 0.9375em; }
.status:not(:empty) { display: flex; flex-wrap: wrap; align-items: center; gap: 6px 10px; padding-block-end: 4px; }
.error:not(:empty) { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: 10px 14px; margin-block: 6px 10px; padding: 12px 14px; border: 1px solid var(--alarm); border-radius: var(--radius); background: var(--alarm-page); }
.error > div { flex: 1 1 200px; min-width: 0; overflow-wrap: anywhere; }
.error p:last-child { color: var(--alarm); font-weight: 600; }
.dots { display: inline-flex; gap: 5px; }
.dots i { border: 4px solid var(--accent); border-radius: 50%; }

/* Message field */
.composer { padding: 10px clamp(10px, 4cqi, 24px) max(6px, env(safe-area-inset-bottom)); border-block-start: 1px solid var(--line); }
.row { display: flex; flex-wrap: wrap; align-items: end; justify-content: end; gap: 8px; }
.grow { display: grid; flex: 1 1 170px; min-width: 0; max-height: min(180px, 35vh); }
.grow::after { content: attr(data-text) " "; visibility: hidden; white-space: pre-wrap; }
textarea, .grow::after, input[type="text"] { min-width: 0; min-height: 44px; padding: 9px 12px; border: 1px solid var(--line); font: inherit; overflow-wrap: anywhere; }
.grow > textarea, .grow::after { grid-area: 1 / 1; max-height: min(180px, 35vh); overflow: hidden auto; }
textarea, input[type="text"] { width: 100%; margin: 0; border-radius: var(--radius); background: var(--sheet); color: var(--ink); resize: none; }
textarea::placeholder { color: var(--soft); opacity: 1; }
.under { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 14px; min-height: 20px; margin-block-start: 4px; color: var(--soft); font-size: 0.8125em; }

/* Sheets */
.sheet { width: min(700px, 100% - 20px); max-width: none; max-height: calc(100% - 20px); margin: auto; padding: 0; overflow-y: auto; border: 1px solid var(--line); border-radius: 8px; background: var(--sheet); color: var(--ink); overflow-wrap: break-word; }
.sheet::backdrop, .panel::backdrop { background: rgb(8 16 14 / 60%); }
.leaf { padding: 0 clamp(14px, 4vw, 30px) clamp(14px, 4vw, 26px); }
.leaf-head { position: sticky; top: 0; z-index: 1; display: flex; align-items: start; justify-content: space-between; gap: 14px; padding-block: 14px 10px; background: var(--sheet); }
.leaf h2 { min-width: 0; padding-block: 6px; font: 600 1.25em/1.3 var(--serif); overflow-wrap: anywhere; }
.close { flex: none; }
.leaf h2:focus { outline: 0; }
.leaf h3 { margin-block: 20px 6px; color: var(--soft); font: 600 0.9375em/1.4 var(--sans); }
.about, .note { color: var(--soft); font-size: 0.9375em; }
.leaf :is(.note, label), .leaf .controls { margin-block-start: 14px; }
.leaf label { display: block; margin-block-end: 4px; font-weight: 600; }
.leaf blockquote, .said { margin-block-start: 14px; font: 1.0625em/1.6 var(--serif); }
.leaf h3 + .said { margin-block-start: 0; }
.leaf blockquote { padding-inline-start: 16px; border-inline-start: 3px double var(--line); }
.leaf blockquote.original { margin-block-start: 8px; font-size: 1em; }
.leaf :is(blockquote, .said, details) p { white-space: pre-line; overflow-wrap: anywhere; }
.leaf :is(blockquote, .said) p + p { margin-block-start: 12px; }
.leaf details p { padding-inline-start: 16px; border-inline-start: 3px dotted var(--line); font: 1em/1.6 var(--serif); }
mark { background: var(--mark); color: inherit; text-decoration: underline 1px; text-underline-offset: 0.2em; }
.spoken { user-select: none; }
.editor { margin-block-start: 20px; padding: 12px 14px; border-inline-start: 3px solid var(--accent); background: var(--tint); font-size: 0.9375em; }
.leaf .editor h3 { margin-block-start: 0; color: inherit; }
.editor p + p { margin-block-start: 6px; }
.told { min-height: 1.5em; margin-block-start: 8px; color: var(--soft); }
.shared { margin-block-end: 18px; }

@container (max-width: 480px) { .body { font-size: 1em; } }
@media ${NARROW} {
  dialog.panel, dialog.panel.large { inset: 0; width: 100vw; height: 100vh; height: 100dvh; border: 0; border-radius: 0; }
  .size { display: none; }
  #keys { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .under { min-height: 0; }
  .leaf { display: flex; flex-direction: column; }
  .leaf-head { display: contents; }
  .close { position: sticky; top: 0; order: -1; margin-inline: -14px; border-width: 0 0 1px; border-radius: 0; text-align: end; }
}
/* Zoomed in, or a low window: give the height to the text */
@media (max-height: 30em) {
  .panel { overflow: hidden auto; }
  .talk, .log { flex: none; overflow: visible; }
  section.panel { max-height: 100vh; }
}
@media (prefers-reduced-motion: no-preference) {
  .dots i { animation: breathe 1.2s ease-in-out infinite alternate; }
  .dots i:nth-child(2) { animation-delay: 0.2s; }
  .dots i:nth-child(3) { animation-delay: 0.4s; }
}
@keyframes breathe { from { opacity: 0.25; } to { opacity: 1; } }
@media print { .composer, .suggestions, .tools, .launcher { display: none; } section.panel, .log { height: auto; overflow: visible; } }
`;
  const SHEET = new CSSStyleSheet();
  SHEET.replaceSync(CSS);

  customElements.define("track-tutor", TrackTutor);
  loadStrings();

  /** strings.js lies beside this file. Its script element is gone from the host's page as soon as it is asked for. */
  async function loadStrings() {
    const src = new URL("strings.js", HERE).href;
    const policy = window.trustedTypes?.createPolicy("track-tutor", { createScriptURL: (url) => url });
    const script = el("script", { nonce: SCRIPT?.nonce ?? "", onerror: () => console.error(`track-tutor: ${src} could not be loaded; allow it in script-src`) });
    script.src = policy ? policy.createScriptURL(src) : src;
    await new Promise((ready) => (document.readyState === "loading" ? document.addEventListener("DOMContentLoaded", ready) : ready()));
    const place = document.createElement("div").attachShadow({ mode: "open" });
    place.append(script);
    document.documentElement.append(place.host); // a script runs only where it is connected
    place.host.remove();
  }
})();
