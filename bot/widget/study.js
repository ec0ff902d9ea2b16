// The study page: the widget beside what its learner has learned. Charts are SVG, and each stands beside a table of its numbers.
(async () => {
  "use strict";
  const SVG = "http://www.w3.org/2000/svg";
  const byId = (id) => document.getElementById(id);
  const asked = new URLSearchParams(location.search).get("lang");
  const shared = /\/answers\/([^/]+)$/.exec(location.pathname)?.[1];
  const lang = /^[a-z]{2,3}(-[a-z0-9]+)*$/i.test(asked ?? "") ? asked : "en";

  document.documentElement.lang = lang;
  const tutor = document.createElement("track-tutor");
  if (shared) tutor.setAttribute("answer", shared);
  tutor.setAttribute("inline", "");
  tutor.setAttribute("server", "/");
  const ready = new Promise((done) => tutor.addEventListener("tutor-ready", done, { once: true }));
  tutor.addEventListener("tutor-turn", refresh);
  byId("tutor").append(tutor);
  await ready;

  const t = (key, filled) => tutor.t(key, filled);
  document.documentElement.lang = tutor.language;
  document.documentElement.dir = tutor.direction;
  for (const node of document.querySelectorAll("[data-t]")) node.textContent = t(node.dataset.t);
  const title = tutor.course?.title;
  if (title) {
    byId("course").textContent = title;
    document.title = `${title} · ${t("heading")}`;
  }
  tutor.setAttribute("heading", t("launch"));
  if (shared) return alone();
  wire();
  tutor.addEventListener("tutor-ready", refresh); // once a server that was away is back
  await refresh();

  /** A shared answer stands by itself. */
  function alone() {
    byId("progress").remove();
    byId("main").classList.add("alone");
    byId("main").append(el("p", { className: "row" }, el("a", { className: "button", href: "/", textContent: t("toTutor") })));
  }

  // -- nodes ---------------------------------------------------------------------------------------------------------
  function el(tag, props = {}, ...children) {
    const node = Object.assign(document.createElement(tag), props);
    node.append(...children.flat());
    return node;
  }

  function svg(tag, attributes, ...children) {
    const node = document.createElementNS(SVG, tag);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    node.append(...children);
    return node;
  }

  const number = (n) => n.toLocaleString(tutor.language);
  const day = (date) => tutor.day(`${date}T12:00:00Z`, { day: "numeric", month: "short" });

  // -- progress ------------------------------------------------------------------------------------------------------
  async function refresh() {
    if (shared || !tutor.client || !tutor.course) return;
    try {
      const standing = await tutor.client.call("progress");
      const open = [...byId("standing").querySelectorAll("details[open]")].map((node) => node.dataset.of);
      byId("standing").replaceChildren(...drawn(standing));
      for (const node of byId("standing").querySelectorAll("details")) node.open = open.includes(node.dataset.of);
      byId("linked").hidden = !standing.linked;
      byId("linking").hidden = Boolean(standing.linked);
    } catch (fault) {
      byId("standing").replaceChildren(el("p", { textContent: `${t("progressFailed")} ${fault.message}` }));
    }
  }

  function drawn({ by_concept: concepts, forecast, history, due }) {
    if (!concepts.length) return [el("p", { textContent: t("progressNone") })];
    const right = concepts.reduce((sum, row) => sum + row.correct, 0);
    const answers = concepts.reduce((sum, row) => sum + row.asked, 0);
    return [
      el("p", { className: "totals", textContent: t("totals", { right, n: answers, due }) }),
      section("masteryBy", mastery(concepts), table(["topic", "mastery", "rightOf", "next"], concepts.map((row) =>
        [row.name, tutor.percent(row.mastery), t("ofMany", { n: row.correct, of: row.asked }), tutor.day(row.due)]))),
      section("forecast", columns(forecast.map(({ date, due: n }) => ({ date, all: n, part: 0 })), t("due")),
        table(["date", "due"], forecast.map((row) => [day(row.date), number(row.due)]))),
      section("history", columns(history.slice(-30).map(({ date, answered, right: n }) => ({ date, all: answered, part: n })), t("answers"), true),
        table(["date", "answered", "right"], history.map((row) => [day(row.date), number(row.answered), number(row.right)]))),
    ];
  }

  function section(key, chart, numbers) {
    const id = `title-${key}`;
    const more = el("details", {}, el("summary", { textContent: t("asTable") }), numbers);
    more.dataset.of = key;
    numbers.setAttribute("aria-labelledby", id);
    const node = el("section", {}, el("h3", { id, textContent: t(key) }), chart, more);
    node.setAttribute("aria-labelledby", id);
    return node;
  }

  function table(heads, rows) {
    const th = (scope, textContent) => el("th", { scope, textContent, dir: "auto" });
    return el("div", { className: "scroller", role: "region", tabIndex: 0 }, el("table", {}, el("thead", {}, el("tr", {}, heads.map((key) => th("col", t(key))))),
      el("tbody", {}, rows.map(([first, ...others]) => el("tr", {}, th("row", first), others.map((textContent) => el("td", { textContent })))))));
  }

  /** A bar for each topic, the weakest first, its number beside it. */
  function mastery(rows) {
    return el("ul", { className: "bars" }, rows.map((row) => el("li", {}, el("span", { className: "name", textContent: row.name, dir: "auto" }),
      svg("svg", { viewBox: "0 0 100 10", preserveAspectRatio: "none", class: "bar", "aria-hidden": "true" },
        svg("rect", { x: 0.5, y: 0.5, width: 99, height: 9, class: "frame" }),
        svg("rect", { x: 1, y: 1, width: Math.max(0, Math.min(1, row.mastery)) * 98, height: 8, class: "fill" })),
      el("span", { className: "figure", textContent: tutor.percent(row.mastery) }))));
  }

  /** A column for each day; `part` of it is filled, the rest is outlined. */
  function columns(days, what, split = false) {
    const most = Math.max(0, ...days.map(({ all }) => all));
    if (!most) return el("p", { textContent: t("none") });
    const [wide, high, foot] = [420, 120, 22];
    const step = wide / Math.max(days.length, 12);
    const tall = (n) => (n / most) * (high - 16);
    const marks = days.flatMap(({ all, part }, n) => {
      const box = (value, name) => svg("rect", { x: n * step + 2, width: step - 4, y: high - tall(value), height: tall(value), class: name });
      const figure = svg("text", { x: n * step + step / 2, y: high - tall(all) - 4, class: "figure" }, number(all));
      return all ? [box(all, split ? "frame" : "fill"), ...(split ? [box(part, "fill")] : []), figure] : [];
    });
    const every = Math.ceil(days.length / 5);
    const dates = days.map(({ date }, n) => (n % every ? null : svg("text", { x: n * step + step / 2, y: high + 16, class: n ? "date" : "date first" }, day(date)))).filter(Boolean);
    const peak = days.find(({ all }) => all === most);
    const chart = svg("svg", { viewBox: `0 0 ${wide} ${high + foot}`, class: "columns", role: "img", "aria-label": `${what}. ${t("peak", { n: most, day: day(peak.date) })}` },
      svg("line", { x1: 0, x2: wide, y1: high, y2: high, class: "axis" }), ...marks, ...dates);
    const key = el("p", { className: "key", textContent: `■ ${t("right")}  □ ${t("wrong")}` });
    return el("div", {}, chart, split ? key : []);
  }

  // -- one's own data ------------------------------------------------------------------------------------------------
  function wire() {
    byId("mine").onclick = () => attempt("files-said", "exportFailed", async () => {
      const response = await tutor.client.ask("export");
      if (!response.ok) await tutor.client.json(response); // tells what is wrong
      const href = URL.createObjectURL(await response.blob());
      el("a", { href, download: "my-data.json" }).click();
      setTimeout(() => URL.revokeObjectURL(href), 10_000);
      return "";
    });
    byId("linking").onsubmit = (event) => {
      event.preventDefault();
      attempt("linking-said", "linkFailed", async () => {
        await tutor.client.call("link", { body: { code: byId("code").value.trim() } });
        byId("code").value = "";
        await changed();
        byId("unlink").focus();
        return t("linked");
      });
    };
    byId("unlink").onclick = () => attempt("linking-said", "linkFailed", async () => {
      await tutor.client.call("unlink", { body: {} });
      await changed();
      byId("code").focus();
      return t("unlinked");
    });
    byId("forget").onclick = () => byId("sure").showModal();
    byId("sure").onclose = () => byId("sure").returnValue === "yes" && attempt("forget-said", "forgetFailed", async () => {
      byId("sure").returnValue = "";
      await tutor.client.call("forget", { body: {} });
      await changed();
      return t("forgotten");
    });
  }

  async function changed() {
    await tutor.restart();
    await refresh();
  }

  async function attempt(where, failed, doing) {
    byId(where).textContent = "";
    try {
      byId(where).textContent = await doing();
    } catch (fault) {
      byId(where).textContent = t(failed, { message: fault.message });
    }
  }
})();
