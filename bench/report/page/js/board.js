// The leaderboard: columns sort, groups fold, every number explains itself.
(() => {
  "use strict";
  const { make } = window.Bench;
  const table = document.querySelector(".board");
  const MARGIN = 8;
  let pinned = null;

  // --- sorting -----------------------------------------------------------------------------------

  for (const heading of table.querySelectorAll("[data-sortable]")) {
    heading.replaceChildren(make("button", { type: "button", class: "plain" }, ...heading.childNodes));
    heading.firstChild.addEventListener("click", () => sort(heading));
  }

  /** By a column: the good end first, and the other way round when it is sorted already. */
  function sort(heading) {
    const column = [...heading.parentElement.children].indexOf(heading);
    const first = heading.classList.contains("system") || heading.dataset.good === "low" ? "ascending" : "descending";
    const other = first === "ascending" ? "descending" : "ascending";
    const order = heading.getAttribute("aria-sort") === first ? other : first;
    table.querySelector("[aria-sort]")?.removeAttribute("aria-sort");
    heading.setAttribute("aria-sort", order);
    for (const body of table.tBodies) {
      const rows = [...body.rows].map((row) => [row.cells[column].dataset.sort, row]);
      rows.sort(([a], [b]) => compared(a, b, order === "ascending" ? 1 : -1));
      body.append(...rows.map(([, row]) => row));
    }
  }

  // What has no value comes last in either order.
  function compared(a, b, sign) {
    if (a === "" || b === "") return (a === "") - (b === "");
    const [x, y] = [Number(a), Number(b)];
    if (Number.isNaN(x) || Number.isNaN(y)) return sign * a.localeCompare(b);
    return sign * (x - y);
  }

  // --- folding -----------------------------------------------------------------------------------

  for (const heading of table.querySelectorAll(".groups [data-group]")) {
    const button = make(
      "button",
      { type: "button", class: "plain fold", "aria-expanded": "true" },
      ...heading.childNodes,
    );
    heading.replaceChildren(button);
    button.addEventListener("click", () => fold(heading, button.getAttribute("aria-expanded") === "true"));
  }

  /** Of a folded group one narrow, empty column is left below its name. */
  function fold(heading, folded) {
    const { group } = heading.dataset;
    heading.dataset.columns ??= heading.colSpan;
    heading.firstChild.setAttribute("aria-expanded", String(!folded));
    heading.colSpan = folded ? 1 : Number(heading.dataset.columns);
    for (const row of table.querySelectorAll("tr:not(.groups)")) {
      const cells = [...row.querySelectorAll(`:scope > [data-group="${group}"]`)];
      for (const cell of cells) cell.hidden = folded;
      row.querySelector(`:scope > [data-folded="${group}"]`)?.remove();
      if (folded) cells[0].before(make("td", { "data-folded": group }, "…"));
    }
  }

  // Where the table is too wide, what describes is folded, then what is not the headline's group.
  const frame = table.parentElement;
  const kept = table.querySelector(".columns .headline")?.dataset.group;
  for (const group of ["form", "cost", "checks", "overlap"]) {
    const heading = table.querySelector(`.groups [data-group="${group}"]`);
    const helps = frame.scrollWidth > frame.clientWidth && heading?.colSpan > 1;
    if (helps && group !== kept) fold(heading, true);
  }

  // --- details -----------------------------------------------------------------------------------

  const explained = [...table.querySelectorAll(".explain")];
  for (const button of explained) {
    const box = button.popoverTargetElement;
    const place = button.closest("td, th");
    place.addEventListener("mouseenter", () => open(button, box, false));
    place.addEventListener("mouseleave", (event) => close(box, event.relatedTarget));
    box.addEventListener("mouseleave", (event) => close(box, event.relatedTarget, place));
    button.addEventListener("focus", () => button.matches(":focus-visible") && open(button, box, false));
    button.addEventListener("blur", (event) => close(box, event.relatedTarget));
    button.addEventListener("click", (event) => {
      event.preventDefault(); // the page opens and closes it, so that it may be open by hovering
      if (pinned === box) close(box, null, null, true);
      else open(button, box, true);
    });
    box.addEventListener("toggle", (event) => {
      button.setAttribute("aria-expanded", String(event.newState === "open"));
      if (event.newState === "closed" && pinned === box) pinned = null;
    });
    const signature = box.querySelector(".signature");
    signature.append(" ", copier(signature.textContent.trim()));
  }

  /** A pinned box stays until it is closed; one that was opened by pointing goes with the pointer. */
  function open(button, box, pin) {
    if (pinned && pinned !== box && !pin) return;
    if (!box.matches(":popover-open")) {
      box.showPopover();
      const { bottom, top, left } = button.getBoundingClientRect();
      const { width, height } = box.getBoundingClientRect();
      const fits = bottom + height + MARGIN < innerHeight;
      box.style.top = `${Math.max(MARGIN, fits ? bottom + 2 : top - height - 2)}px`;
      box.style.left = `${Math.max(MARGIN, Math.min(left, innerWidth - width - MARGIN))}px`;
    }
    if (pin) pinned = box;
  }

  function close(box, goesTo, place = null, always = false) {
    if (!always && (pinned === box || box.contains(goesTo) || place?.contains(goesTo))) return;
    if (box.matches(":popover-open")) box.hidePopover();
  }

  function copier(text) {
    const button = make("button", { type: "button", class: "quiet" }, "Copy");
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(text);
        button.textContent = "Copied";
      } catch {
        getSelection().selectAllChildren(button.parentElement.querySelector("code"));
        button.textContent = "Selected";
      }
    });
    return button;
  }

  // One stop for the tabulator key; arrow keys move within the table.
  const MOVES = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
  explained.forEach((button, i) => (button.tabIndex = i ? -1 : 0));
  table.addEventListener("keydown", (event) => {
    const move = MOVES[event.key];
    if (!move || !event.target.classList.contains("explain")) return;
    const rows = [...table.tBodies].flatMap((body) => [...body.rows]);
    const grid = rows.map((row) => [...row.querySelectorAll(".explain")].filter((b) => b.offsetParent));
    const y = grid.findIndex((row) => row.includes(event.target));
    const x = grid[y].indexOf(event.target);
    const next = grid[y + move[0]]?.[Math.min(x + move[1], grid[y + move[0]].length - 1)];
    event.preventDefault();
    if (!next || next === event.target) return;
    event.target.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  });
})();
