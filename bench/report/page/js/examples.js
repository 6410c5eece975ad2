// The browser of the examples: state, keys, and what is shown for it.
(() => {
  "use strict";
  const Bench = (window.Bench ??= {});
  const { make, choice, address } = Bench;
  const data = Bench.data();
  const byId = (id) => document.getElementById(id);
  const root = byId("ex");
  const [pane, article, cards] = [byId("ex-list"), byId("ex-article"), byId("ex-cards")];
  const fields = { q: byId("ex-q"), system: byId("ex-system"), filter: byId("ex-filter"), sort: byId("ex-sort") };
  const TYPING = 120;

  let state = { doc: "", system: "", filter: "", q: "", sort: "" };
  let matching = [];
  let current = -1;
  let shown = "";
  let checked = false;
  let broken = false;
  let typing = 0;

  const link = (n) => address.link({ ...state, doc: data.index[n].id });
  const list = Bench.list(pane, pane.querySelector("ul"), link);
  const notes = Bench.notes({
    ...{ cards, article, box: byId("ex-note") },
    ...{ toArticle: () => toPane("article"), toCards: () => toPane("summaries") },
  });

  /** Show one of the panes, where there is room for one only. */
  function toPane(name) {
    root.dataset.pane = name;
    for (const button of byId("ex-panes").children) {
      button.setAttribute("aria-pressed", String(button.dataset.pane === name));
    }
    const alone = byId("ex-panes").offsetParent !== null;
    if (alone && root.getBoundingClientRect().top < 0) root.scrollIntoView({ behavior: "instant" });
  }

  /** Bring the examples into sight, unless they are. */
  function come() {
    const { top, bottom } = root.getBoundingClientRect();
    if (top > innerHeight / 2 || bottom < innerHeight / 2) byId("examples").scrollIntoView({ behavior: "instant" });
  }

  /** Show the state: the list at once, the texts as soon as they are unpacked. */
  function show() {
    for (const [key, field] of Object.entries(fields)) if (field.value !== state[key]) field.value = state[key];
    matching = choice.chosen(state);
    const asked = data.index.findIndex((entry) => entry.id === state.doc);
    current = state.doc ? asked : (matching[0] ?? -1);
    list.show({ numbers: matching, current, system: choice.systemOf(state) });
    count();
    const at = matching.indexOf(current);
    byId("ex-before").disabled = at === 0 || !matching.length;
    byId("ex-next").disabled = at === matching.length - 1 || !matching.length;
    if (choice.ready()) read();
    else if (!broken) article.replaceChildren(make("p", { class: "muted" }, "The texts are being unpacked."));
  }

  function count() {
    const all = data.index.length;
    const noun = all === 1 ? "example" : "examples";
    const some = matching.length === all ? `${all} ${noun}` : `${matching.length} of ${all} ${noun}`;
    const partly = state.q && !choice.ready() ? "; the texts are being unpacked" : "";
    byId("ex-count").replaceChildren(some + partly);
    if (matching.length || !all) return;
    const clear = make("button", { type: "button", class: "clear" }, "Show all");
    clear.addEventListener("click", () => change({ q: "", filter: "", system: "" }, "clear"));
    byId("ex-count").append(" ", clear);
  }

  /** What the points in the list are. */
  function points() {
    if (data.headline === null) return "";
    const systems = Bench.order.map((i) => data.systems[i]);
    const labels = (apart) => systems.filter((s) => s.apart === apart).map((s) => s.label);
    const hollow = labels(true).length ? `; hollow: ${labels(true).join(", ")}` : "";
    return `Points: ${data.columns[data.headline].title} of ${labels(false).join(", ")}${hollow}`;
  }

  /** The texts of the current example, unless they are there already. */
  function read() {
    const wanted = `${current} ${state.doc} ${state.system}`;
    if (wanted === shown) return;
    const moved = shown.split(" ")[0] !== String(current);
    shown = wanted;
    Bench.documents().then((documents) => {
      if (wanted !== shown) return;
      render(documents[current]);
      if (moved) article.scrollTop = cards.scrollTop = 0;
    }, failed);
  }

  function failed(error) {
    broken = true;
    article.replaceChildren(make("p", { class: "failed" }, error.message));
    cards.replaceChildren();
  }

  function render(d) {
    if (!d) {
      const said = state.doc ? `There is no example “${state.doc}” on this page.` : "No example matches.";
      article.replaceChildren(make("p", { class: "muted" }, said));
      cards.replaceChildren();
      notes.show([], null);
      return;
    }
    const system = choice.systemOf(state);
    const found = d.summaries.map((summary, i) => Bench.cards.notesOf(summary, i));
    const every = found.flat();
    const references = Bench.cards.references(d, system, every);
    const none = d.text === null ? null : make("p", { class: "muted" }, "These data have no references.");
    const added = every.slice(found.flat().length);
    for (const note of added) found[note.card].push(note);
    root.dataset.read = "";
    article.replaceChildren(...head(d), ...Bench.cards.article(d.text ?? "", d.lang, every), ...missing(d));
    notes.show(every, d.text);
    const place = (s) => (s.system === system ? -1 : Bench.order.indexOf(s.system));
    const inOrder = d.summaries.map((summary, i) => ({ summary, notes: found[i] }));
    inOrder.sort((a, b) => place(a.summary) - place(b.summary));
    cards.replaceChildren(
      make("section", { class: "references", "aria-label": "References" }, references.length ? references : none),
      key(every),
      ...inOrder.map((one) => Bench.cards.card(one.summary, one.notes, system, d.lang)),
    );
  }

  function head(d) {
    const facts = [d.headline ? d.id : null, d.source === d.id ? null : d.source, d.lang];
    const words = data.index[current].words;
    return [
      make("h3", { dir: "auto", lang: d.lang }, d.headline || d.id),
      d.query ? make("p", { class: "query", dir: "auto", lang: d.lang }, "asked: ", d.query) : null,
      make("p", { class: "source" }, [...facts, words ? `${words} words` : null].filter(Boolean).join(" · ")),
    ].filter(Boolean);
  }

  function missing(d) {
    const said = d.notes.map((note) => make("p", { class: "muted" }, note));
    if (d.text === "") said.push(make("p", { class: "muted" }, "These data have references, but no articles."));
    if (d.text === null && !said.length) said.push(make("p", { class: "muted" }, "The article is not to be had."));
    return said;
  }

  /** What the letters stand for; or in words why there are none. */
  function key(every) {
    const letters = Bench.marks.legend(every);
    if (letters.length) return make("ul", { class: "key", "aria-label": "Letters of the findings" }, letters);
    const none = "No metric of this run marks places in the texts. The metric facts does, without any model.";
    return make("p", { class: "key muted" }, checked ? "No errors were found in these summaries." : none);
  }

  /** Another state: into the address and onto the page. `step` names what is one entry of the history. */
  function change(changes, step) {
    clearTimeout(typing);
    state = { ...state, q: fields.q.value, ...changes };
    address.write(state, step);
    show();
  }

  function move(by, step) {
    if (!matching.length) return;
    const at = matching.indexOf(current);
    const to = at < 0 ? 0 : Math.max(0, Math.min(matching.length - 1, at + by));
    change({ doc: data.index[matching[to]].id }, step);
    byId("ex-place").textContent = `${to + 1} of ${matching.length}: ${data.index[current].headline ?? state.doc}`;
    come();
  }

  function fill(select, options) {
    select.replaceChildren(...options.map(([value, label]) => make("option", { value }, label)));
  }

  /** What an address asks for, without systems, filters and orders that there are not. */
  function sane(asked) {
    const known = (key) => [...fields[key].options].some((option) => option.value === asked[key]);
    const unknown = ["system", "filter", "sort"].filter((key) => !known(key));
    return { ...asked, ...Object.fromEntries(unknown.map((key) => [key, ""])) };
  }

  function listen() {
    fields.q.addEventListener("input", () => {
      unpack();
      clearTimeout(typing);
      typing = setTimeout(() => change({}, "typing"), TYPING);
    });
    for (const key of ["system", "filter", "sort"]) {
      fields[key].addEventListener("change", () => change({ [key]: fields[key].value }, `${key} ${fields[key].value}`));
    }
    byId("ex-tools").addEventListener("submit", (event) => event.preventDefault());
    byId("ex-panes").addEventListener("click", ({ target }) => target.dataset.pane && toPane(target.dataset.pane));
    byId("ex-before").addEventListener("click", () => move(-1, "step"));
    byId("ex-next").addEventListener("click", () => move(1, "step"));
    pane.addEventListener("click", ({ target }) => target.closest("a") && toPane("article"));
    cards.addEventListener("click", ({ target }) => {
      const name = target.closest("[data-system]")?.dataset.system;
      if (name === undefined) return;
      change({ system: state.system === name ? "" : name }, "card");
      cards.querySelector(`[data-system="${CSS.escape(name)}"]`)?.focus();
    });
    pane.addEventListener("keydown", inList);
    document.addEventListener("keydown", anywhere);
    address.listen((asked) => {
      clearTimeout(typing);
      state = sane(asked);
      show();
      come();
    });
  }

  const IN_LIST = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity };

  function inList(event) {
    if (!(event.key in IN_LIST)) return;
    event.preventDefault();
    move(IN_LIST[event.key], "step");
  }

  const SINGLE = {
    j: () => move(1, "step"),
    k: () => move(-1, "step"),
    "/": () => {
      toPane("list");
      fields.q.focus();
    },
  };

  function anywhere(event) {
    const writing = event.target.closest?.("input:not([type=checkbox]), textarea, select, [contenteditable]");
    if (event.key === "Escape") {
      if (!notes.dismiss() && event.target === fields.q) fields.q.blur();
      return;
    }
    const off = writing || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]");
    if (off || !byId("single-keys").checked || !(event.key in SINGLE)) return;
    event.preventDefault();
    unpack();
    SINGLE[event.key]();
  }

  /** Unpack the texts once: when the examples come near, or are asked for. */
  function unpack() {
    Bench.documents().then((documents) => {
      if (choice.ready()) return;
      choice.readTexts(documents);
      checked = documents.some((d) => d.summaries.some((summary) => summary.findings.length));
      show();
    }, failed);
  }

  fill(fields.system, [["", "all systems"], ...Bench.order.map((i) => [data.systems[i].label, data.systems[i].label])]);
  const scored = ([value]) => data.headline !== null || !["worst", "best", "disagree"].includes(value);
  fill(fields.filter, Bench.FILTERS.filter(scored));
  fill(fields.sort, Bench.SORTS.filter(scored));
  const asked = address.read();
  if (asked) state = sane(asked);
  byId("ex-points").textContent = byId("ex-points").title = points();
  root.hidden = false;
  toPane(state.doc ? "article" : "list");
  listen();
  show();
  const seen = (entries) => entries.some((entry) => entry.isIntersecting) && unpack();
  new IntersectionObserver(seen, { rootMargin: "100%" }).observe(root);
  if (asked) byId("examples").scrollIntoView({ behavior: "instant" });
})();
