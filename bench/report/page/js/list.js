// The list of examples: only the rows in sight are in the page, so that thousands stay fast.
(() => {
  "use strict";
  const Bench = (window.Bench ??= {});
  const { make, draw } = Bench;
  const BEYOND = 6;
  const STEP = 8;
  const HEIGHT = 26;
  const RADIUS = 2.75;

  const data = Bench.data();
  // Baselines and oracles come last here and everywhere below.
  const numbered = data.systems.map((_, i) => i);
  Bench.order = [
    ...numbered.filter((i) => !data.systems[i].apart),
    ...numbered.filter((i) => data.systems[i].apart),
  ];

  /** A value as tables print it: fixed decimals and a true minus sign. */
  Bench.number = (column, value) => {
    if (value === null) return "–";
    const text = (value * column.scale).toFixed(column.digits);
    return (/^-[0.]*$/.test(text) ? text.slice(1) : text).replace("-", "−");
  };

  /** Colour of a system's series. */
  Bench.series = (system) => `var(--s${system % 8})`;

  const known = data.index.flatMap((entry) => entry.scores.filter((score) => score !== null));
  const low = known.reduce((a, b) => Math.min(a, b), Infinity);
  const high = known.reduce((a, b) => Math.max(a, b), -Infinity);
  const heightOf = (score) =>
    HEIGHT - RADIUS - 1 - (high > low ? (score - low) / (high - low) : 0.5) * (HEIGHT - 2 * RADIUS - 2);

  /** A point for each system: its place from left to right says which, its height how good. */
  function strip(entry, system) {
    const column = data.columns[data.headline];
    const width = STEP * Bench.order.length;
    const said = Bench.order.map((i) => `${data.systems[i].label} ${Bench.number(column, entry.scores[i])}`);
    const points = Bench.order.flatMap((i, at) => {
      const x = (at + 0.5) * STEP;
      const rest = i === system ? "mine" : data.systems[i].apart ? "apart" : "";
      const stem = draw("line", { x1: x, x2: x, y1: 0, y2: HEIGHT, class: `stem ${rest}` });
      if (entry.scores[i] === null) return [stem];
      return [stem, draw("circle", { cx: x, cy: heightOf(entry.scores[i]), r: RADIUS, class: rest })];
    });
    const size = { width, height: HEIGHT, viewBox: `0 0 ${width} ${HEIGHT}` };
    const title = draw("title", {}, `${column.title}: ${said.join(", ")}`);
    return draw("svg", { ...size, class: "strip", "aria-hidden": "true" }, title, points);
  }

  /**
   * @param {HTMLElement} pane What scrolls.
   * @param {HTMLElement} list The list in it.
   * @param {(n: number) => string} link Address of an example.
   */
  Bench.list = (pane, list, link) => {
    let numbers = [];
    let current = -1;
    let system = -1;
    let row = 0;
    let rows = new Map();

    function made(at) {
      const n = numbers[at];
      const entry = data.index[n];
      const wrong = Bench.choice.flagged(entry, system).length;
      const name = make("span", { class: "name", dir: "auto", lang: entry.lang }, entry.headline || entry.id);
      const about = make("span", { class: "about" }, entry.headline ? entry.id : `${entry.words} words`);
      const flag = wrong ? make("span", { class: "flag" }, system < 0 ? `flagged: ${wrong}` : "flagged") : null;
      const drawn = data.headline === null ? null : strip(entry, system);
      const here = n === current;
      const a = make(
        "a",
        { href: link(n), "aria-current": here && "true", tabindex: here || (current < 0 && at === 0) ? 0 : -1 },
        ...[name, drawn, about, flag],
      );
      return make("li", { "aria-setsize": numbers.length, "aria-posinset": at + 1, "data-at": at }, a);
    }

    /** Rows are equally high, how high is known to the style; not while the list is hidden. */
    function measured() {
      if (!list.firstElementChild && numbers.length) {
        rows = new Map([[0, made(0)]]);
        list.append(rows.get(0));
      }
      row = list.firstElementChild?.getBoundingClientRect().height ?? 0;
      return row > 0;
    }

    /** Put the rows in sight into the page; rows that stay keep the focus. */
    function render() {
      if (!measured()) return;
      const first = Math.max(0, Math.floor(pane.scrollTop / row) - BEYOND);
      const seen = Math.ceil(pane.clientHeight / row) + 2 * BEYOND;
      const last = Math.min(numbers.length, first + seen);
      const kept = new Map();
      for (let at = first; at < last; at++) kept.set(at, rows.get(at) ?? made(at));
      for (const [at, li] of rows) if (!kept.has(at)) li.remove();
      let before = null;
      for (const li of [...kept.values()].reverse()) {
        if (li.nextSibling !== before || li.parentNode !== list) list.insertBefore(li, before);
        before = li;
      }
      rows = kept;
      list.style.paddingTop = `${first * row}px`;
      list.style.height = `${numbers.length * row}px`;
    }

    /** Scroll so that the current example can be seen. */
    function reveal() {
      const at = numbers.indexOf(current);
      if (at < 0 || !row) return;
      const { scrollTop: top, clientHeight: room } = pane;
      if (at * row < top) pane.scrollTop = at * row;
      else if ((at + 1) * row > top + room) pane.scrollTop = (at + 1) * row - room;
    }

    function show(state) {
      const focused = list.contains(document.activeElement);
      ({ numbers, current, system } = state);
      rows = new Map();
      list.replaceChildren();
      list.style.height = "";
      render();
      reveal();
      render();
      if (focused) list.querySelector("[tabindex='0']")?.focus({ preventScroll: true });
    }

    let waiting = false;
    const later = () => {
      if (waiting) return;
      waiting = true;
      requestAnimationFrame(() => {
        waiting = false;
        render();
      });
    };
    pane.addEventListener("scroll", later, { passive: true });
    new ResizeObserver(later).observe(pane);
    return { show };
  };
})();
