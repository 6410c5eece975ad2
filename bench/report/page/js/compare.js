// The matrix: another column, and what stands behind a cell.
(() => {
  "use strict";
  const Bench = (window.Bench ??= {});
  const { make } = Bench;
  const panel = document.getElementById("pair");
  if (!panel) return;
  const tables = [...document.querySelectorAll(".matrix")];
  let cell = null;

  document.getElementById("compared")?.addEventListener("change", (event) => {
    for (const table of tables) table.hidden = table.dataset.column !== event.target.value;
    show();
  });

  for (const table of tables) {
    table.addEventListener("click", (event) => {
      const button = event.target.closest("[data-cell]");
      if (!button) return;
      cell = button.dataset.cell === cell ? null : button.dataset.cell;
      show();
    });
  }

  function show() {
    const table = tables.find((t) => !t.hidden);
    for (const button of document.querySelectorAll(".matrix [data-cell]")) {
      button.setAttribute("aria-pressed", String(button.dataset.cell === cell));
    }
    const { order, pairs } = Bench.data();
    const column = pairs[Number(table.dataset.column)];
    const found = cell && column.cells.find((c) => c.cell.join(" ") === cell);
    panel.replaceChildren(...(found ? told(found, column, order) : []));
  }

  function told(found, column, order) {
    const [a, b] = found.cell.map((i) => order[i]);
    const p = found.p.startsWith("<") ? `p < ${found.p.slice(1)}` : `p = ${found.p}`;
    return [
      make("h3", {}, make("bdi", {}, a), " less ", make("bdi", {}, b), ` in ${column.title}`),
      make("p", { class: "figure" }, found.delta, " ", make("span", { class: "muted" }, found.interval)),
      make(
        "p",
        {},
        `${p}, adjusted: ${found.clear ? "the two can be told apart" : "the two cannot be told apart"}. ` +
          `The first is ${found.tally}.` +
          (found.needed ? ` To find a difference like this would need about ${found.needed} documents.` : ""),
      ),
      ...listed("Biggest wins", found.wins, a),
      ...listed("Biggest losses", found.losses, a),
    ];
  }

  function listed(title, places, system) {
    if (!places.length) return [];
    const items = places.map(([at, difference]) => {
      const { id, headline } = Bench.data().index[at];
      const link = make("a", { href: Bench.address.link({ doc: id, system }) }, headline || id);
      return make("li", {}, make("span", {}, difference), make("bdi", {}, link));
    });
    return [make("h4", {}, title), make("ol", {}, ...items)];
  }
})();
