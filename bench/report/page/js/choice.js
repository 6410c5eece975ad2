// Which examples are shown and in which order: search, filters, and how far the systems agree.
(() => {
  "use strict";
  const Bench = (window.Bench ??= {});
  const TENTH = 10;

  Bench.FILTERS = [
    ["", "all examples"],
    ["flagged", "flagged for errors"],
    ["worst", "worst tenth"],
    ["disagree", "tenth with most disagreement"],
  ];
  Bench.SORTS = [
    ["", "order of the run"],
    ["worst", "worst first"],
    ["best", "best first"],
    ["disagree", "most disagreement first"],
  ];

  const data = Bench.data();
  const ranked = data.systems.flatMap((system, i) => (system.apart ? [] : [i]));
  const better = data.headline === null ? "none" : data.columns[data.headline].better;
  const turned = better === "low" ? -1 : 1;
  let texts = null;

  /** Number of a system; -1 for all, and for a label that is not there. */
  const systemOf = (state) => data.systems.findIndex((system) => system.label === state.system);

  /** How good an example is, up is better: of the chosen system, or on average; null without a score. */
  function quality(entry, system) {
    const scores = (system < 0 ? ranked : [system]).map((i) => entry.scores[i]).filter((s) => s !== null);
    return scores.length ? (turned * scores.reduce((a, b) => a + b, 0)) / scores.length : null;
  }

  /** From the worst to the best system, baselines and oracles aside; null with fewer than two scores. */
  function disagreement(entry) {
    const scores = ranked.map((i) => entry.scores[i]).filter((score) => score !== null);
    return scores.length > 1 ? Math.max(...scores) - Math.min(...scores) : null;
  }

  /** Systems with a grave finding: of the chosen one, or of all that are ranked. */
  const flagged = (entry, system) =>
    entry.flagged.filter((i) => (system < 0 ? ranked.includes(i) : i === system));

  /** Numbers of examples by a measure, the greatest first; those without one come last. */
  function ordered(numbers, measure) {
    const by = new Map(numbers.map((n) => [n, measure(data.index[n])]));
    const last = (value) => (value === null ? -Infinity : value);
    return [...numbers].sort((a, b) => {
      const [x, y] = [last(by.get(a)), last(by.get(b))];
      return x === y ? a - b : y > x ? 1 : -1;
    });
  }

  function measures(system) {
    const negative = (value) => (value === null ? null : -value);
    return {
      worst: (entry) => negative(quality(entry, system)),
      best: (entry) => quality(entry, system),
      disagree: disagreement,
    };
  }

  const folded = (text) => text.normalize("NFKC").toLowerCase();

  /** Where words are looked for: headline and id, and all texts once they are unpacked. */
  function haystack(n) {
    const { headline, id } = data.index[n];
    const first = `${headline ?? ""}\n${id}`;
    if (!texts) return folded(first);
    if (texts.folded[n] === undefined) {
      const d = texts.documents[n];
      const said = [d.query, d.text, ...d.references, ...d.summaries.map((summary) => summary.text)];
      texts.folded[n] = folded([first, ...said].join("\n"));
    }
    return texts.folded[n];
  }

  /** From now on searches look into the texts, too. */
  function readTexts(documents) {
    texts = { documents, folded: [] };
  }

  /** The examples of a state, as numbers of the index, in order. */
  function chosen(state) {
    const every = data.index.map((_, n) => n);
    const system = systemOf(state);
    const by = measures(system);
    let kept = every;
    if (state.filter === "flagged") kept = kept.filter((n) => flagged(data.index[n], system).length);
    else if (Object.hasOwn(by, state.filter)) {
      const known = every.filter((n) => by[state.filter](data.index[n]) !== null);
      const few = new Set(ordered(known, by[state.filter]).slice(0, Math.ceil(every.length / TENTH)));
      kept = kept.filter((n) => few.has(n));
    }
    const words = folded(state.q).split(/\s+/).filter(Boolean);
    if (words.length) kept = kept.filter((n) => words.every((word) => haystack(n).includes(word)));
    return Object.hasOwn(by, state.sort) ? ordered(kept, by[state.sort]) : kept;
  }

  Bench.choice = { chosen, flagged, systemOf, readTexts, ready: () => texts !== null };
})();
