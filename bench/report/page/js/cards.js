// The article, the references, and each summary as a card with what was found in it.
(() => {
  "use strict";
  const Bench = (window.Bench ??= {});
  const { make } = Bench;
  const { family, weight, places, pieces } = Bench.marks;

  const data = Bench.data();
  // Told with the references, where the bullets of these are told.
  const OF_BULLETS = new Set(["covered", "missed", "bullet"]);
  const MARKER = /^([-*•‣▪–]|\d{1,2}[.)])\s+/;
  const QUOTED = 70;
  const NAMED = 3;

  /** The beginning of a text on one line. */
  Bench.clipped = (text, room) => {
    const characters = Array.from(text.replace(/\s+/g, " ").trim());
    return characters.length > room ? `${characters.slice(0, room - 1).join("").trimEnd()}…` : characters.join("");
  };

  /**
   * What was found in a summary, as notes. What metrics say of one place is one note if it is about the
   * same: all that stands for a statement, and faults with the same letter.
   */
  function notesOf(summary, card) {
    const text = summary.text ?? "";
    const at = places(text);
    const told = summary.bullets ? summary.findings.filter((f) => !OF_BULLETS.has(f.kind)) : summary.findings;
    const notes = new Map();
    for (const finding of told) {
      const [start, end] = finding.span.map(at);
      const quiet = weight(finding.severity) === "quiet";
      const about = family(finding.kind);
      const detail = finding.detail || finding.kind.replaceAll(/[-_]/g, " ");
      const key = `${start} ${end} ${quiet ? "" : about.letter}`;
      const fresh = { id: `${card}.${notes.size}`, card, start, end, quoted: text.slice(start, end), ...about };
      const note = notes.get(key) ?? { ...fresh, severity: 0, said: [], evidence: [] };
      note.severity = Math.max(note.severity, finding.severity);
      note.said.push({ detail, metric: finding.metric, trust: finding.trust });
      note.evidence.push(...finding.evidence);
      notes.set(key, note);
    }
    return [...notes.values()].map((note) => {
      const quoted = note.quoted && ` – “${Bench.clipped(note.quoted, QUOTED)}”`;
      const details = note.said.map((said) => said.detail).join("; ");
      return { ...note, weight: weight(note.severity), details, name: `${note.meaning}: ${details}${quoted}` };
    });
  }

  /** Paragraphs as places: blank lines part them, or, where there are none, the ends of lines. */
  function paragraphs(text) {
    const blank = /\n[^\S\n]*\n\s*/g;
    const found = [];
    let from = 0;
    for (const gap of text.matchAll(text.search(blank) < 0 ? /\n/g : blank)) {
      found.push([from, gap.index]);
      from = gap.index + gap[0].length;
    }
    return [...found, [from, text.length]].filter(([start, end]) => text.slice(start, end).trim());
  }

  /** The paragraphs of an article; every note gets the elements that its evidence stands in, as `spots`. */
  function article(text, lang, notes) {
    const at = places(text);
    const spots = new Map();
    for (const note of notes) {
      note.places = [];
      for (const span of note.evidence) {
        const [start, end] = span.map(at);
        const key = `${start}-${end}`;
        if (start >= end) continue;
        if (!spots.has(key)) spots.set(key, { start, end, elements: [] });
        if (!note.places.includes(spots.get(key))) note.places.push(spots.get(key));
      }
    }
    return paragraphs(text).map(([from, to]) => {
      const parts = pieces(to, [...spots.values()], from).map(({ start, end, held }) => {
        if (!held.length) return text.slice(start, end);
        const element = make("span", { class: "spot" }, text.slice(start, end));
        for (const spot of held) spot.elements.push(element);
        return element;
      });
      return make("p", { dir: "auto", lang }, parts);
    });
  }

  /** References line by line, each with who covers it, or how the chosen system does. */
  function references(d, system, notes) {
    const several = d.references.length > 1;
    const judged = d.summaries.map((summary, card) => ({ summary, card })).filter((s) => s.summary.bullets);
    const mine = judged.find(({ summary }) => summary.system === system);
    return d.references.flatMap((reference, r) => {
      const lines = linesOf(reference, r, judged);
      const items = lines.map((line, k) => {
        const of = ({ summary }) => summary.bullets.find((b) => b.reference === r && b.line === k);
        const said = mine ? ofOne(mine, of(mine), notes) : ofAll(judged, of);
        const text = make("bdi", { lang: d.lang }, line.trim().replace(MARKER, ""));
        return make("li", { dir: "auto" }, text, " ", said);
      });
      const title = several ? `Reference ${r + 1}` : "Reference";
      return [
        make("h4", {}, mine ? `${title}, and what ${data.systems[system].label} says of it` : title),
        make("ul", { class: "bullets" }, items),
      ];
    });
  }

  /** The lines of a reference; of running text the sentences, where a metric told them apart. */
  function linesOf(reference, r, judged) {
    const lines = reference.split("\n").filter((line) => line.trim());
    const bullets = judged.flatMap(({ summary }) => summary.bullets.filter((b) => b.reference === r));
    if (lines.length > 1 || !bullets.length) return lines;
    const sentences = [];
    for (const bullet of bullets) sentences[bullet.line] = bullet.text;
    return Array.from(sentences, (sentence) => sentence ?? "");
  }

  function ofAll(judged, of) {
    const known = judged.filter((one) => of(one));
    if (!known.length) return null;
    const label = ({ summary }) => data.systems[summary.system].label;
    const covered = [...new Set(known.filter((one) => of(one).covered).map(label))];
    const rest = covered.length > NAMED ? ` and ${covered.length - NAMED} more` : "";
    const who = covered.length ? `covered by ${covered.slice(0, NAMED).join(", ")}${rest}` : "missed by all";
    return make("span", { class: `told ${covered.length ? "covered" : "missed"}`, title: covered.join(", ") }, who);
  }

  /** A button that lights the sentence that covers a bullet, or where the article says what is missed. */
  function ofOne({ summary, card }, bullet, notes) {
    if (!bullet) return null;
    const span = bullet.by ?? [0, 0];
    const [start, end] = span.map(places(summary.text ?? ""));
    const quoted = (summary.text ?? "").slice(start, end);
    const by = quoted ? ` by “${Bench.clipped(quoted, QUOTED)}”` : "";
    const said = bullet.covered ? `covered${by}` : "missed";
    const verdict = bullet.covered ? "covered" : "missed";
    const evidence = bullet.evidence ?? [];
    if (!quoted && !evidence.length) return make("span", { class: `told ${verdict}` }, said);
    const note = { id: `${card}.b${notes.length}`, card, start, end, weight: "quiet", quoted, bullet: true };
    notes.push(Object.assign(note, { said: [{ detail: said, metric: "", trust: "" }], evidence }));
    const rest = evidence.length ? `${said}; nearest in the article` : said;
    return make("button", { type: "button", class: `told ${verdict}`, "data-note": note.id }, rest);
  }

  /** Numbers by metric, each metric on a line. */
  function values(summary) {
    const metrics = new Map();
    data.columns.forEach((column, i) => {
      if (!column.shown) return;
      const metric = column.id.slice(0, Math.max(0, column.id.lastIndexOf("."))) || column.id;
      metrics.set(metric, [...(metrics.get(metric) ?? []), { column, metric, i }]);
    });
    return [...metrics].flatMap(([metric, columns]) => {
      const why = new Set(columns.map(({ i }) => summary.reasons[i] ?? ""));
      const silent = columns.every(({ i }) => summary.values[i] === null);
      const told = silent && why.size === 1 ? ["–", reason([...why][0])] : columns.map((c) => value(c, summary));
      return [make("dt", {}, metric), make("dd", {}, told)];
    });
  }

  const reason = (why) => (why ? make("span", { class: "reason" }, ` (${why})`) : null);

  function value({ column, metric, i }, summary) {
    const v = summary.values[i];
    // A share of summaries, and this is one of them.
    const title = column.title.replace(` (${metric})`, "");
    const said =
      title.endsWith(" %") && (v === 0 || v === 1)
        ? `${v ? "" : "not "}${title.slice(0, -2)}`
        : make("span", {}, `${title} `, make("b", {}, Bench.number(column, v)));
    return make("span", { class: "value" }, said, v === null ? reason(summary.reasons[i]) : null);
  }

  /** A summary: who wrote it, the text with its marks, numbers, and where its statements stand. */
  function card(summary, notes, system, lang) {
    const about = data.systems[summary.system];
    const mine = summary.system === system;
    const name = make(
      "button",
      { type: "button", class: "system", "data-system": about.label, "aria-pressed": String(mine) },
      about.label,
    );
    const sample = summary.sample === null ? null : make("span", { class: "sample" }, `sample ${summary.sample}`);
    const apart = about.apart ? make("span", { class: "sample" }, "not ranked") : null;
    const head = make("h4", {}, name, sample, apart, score(summary));
    const whole = notes.filter((n) => n.start >= n.end && n.weight !== "quiet" && !n.bullet);
    const rows = whole.map((n) => make("li", {}, Bench.marks.button(n), ` ${n.details}`));
    const element = make(
      "article",
      { class: `card${mine ? " mine" : ""}${about.apart ? " apart" : ""}`, "aria-label": about.label },
      ...[head, words(summary, notes, lang)],
      rows.length ? make("ul", { class: "whole" }, rows) : null,
      summary.text === null ? null : make("dl", {}, values(summary)),
      statements(notes),
    );
    element.style.setProperty("--series", Bench.series(summary.system));
    return element;
  }

  function score(summary) {
    if (data.headline === null || summary.text === null) return null;
    const column = data.columns[data.headline];
    return make("span", { class: "score", title: column.title }, Bench.number(column, summary.values[data.headline]));
  }

  function words(summary, notes, lang) {
    if (summary.text === null) return make("p", { class: "failed" }, `No summary: ${summary.error}`);
    if (!summary.text.trim()) return make("p", { class: "muted" }, "(an empty summary)");
    const cut = summary.cut ? make("span", { class: "cut" }, " … cut by a token limit") : null;
    return make("div", { class: "text", dir: "auto", lang }, Bench.marks.marked(summary.text, notes), cut);
  }

  function statements(notes) {
    const quiet = notes.filter((note) => note.weight === "quiet" && !note.bullet);
    if (!quiet.length) return null;
    const items = quiet.map((note) => {
      const details = note.said.map(({ metric, detail }) => make("small", {}, `${metric}: ${detail}`));
      const quoted = Bench.clipped(note.quoted, QUOTED) || "the summary as a whole";
      return make("li", {}, make("button", { type: "button", "data-note": note.id }, quoted), details);
    });
    const said = `Where its statements stand (${quiet.length})`;
    return make("details", {}, make("summary", {}, said), make("ol", {}, items));
  }

  Bench.cards = { notesOf, article, references, card };
})();
