// Hover or focus of a finding: its note beside it, its evidence lit in the article and scrolled to.
(() => {
  "use strict";
  const Bench = (window.Bench ??= {});
  const { make } = Bench;
  const QUOTED = 180;
  const SHOWN = 2;
  const GAP = 6;
  // Long enough to cross a text without the article running along.
  const DWELL = 160;
  const WEIGHTS = { severe: "strong sign of an error", possible: "possible error" };

  const calm = matchMedia("(prefers-reduced-motion: reduce)");

  /**
   * @param {object} parts cards and article (the panes), box (for the note), and toArticle() and toCards(),
   *   which show these where there is room for one pane only.
   */
  Bench.notes = ({ cards, article, box, toArticle, toCards }) => {
    let known = new Map();
    let text = "";
    let active = null;
    let anchor = null;
    let pinned = false;
    let timer = 0;

    const elementsOf = (note) => cards.querySelectorAll(`[data-note="${note.id}"]`);
    const noteAt = (target) => {
      const element = target instanceof Element ? target.closest("[data-note]") : null;
      return element ? { element, note: known.get(element.dataset.note) } : null;
    };
    const litOf = (note) => note.places.flatMap((place) => place.elements);

    function calmDown() {
      clearTimeout(timer);
      if (active) {
        for (const element of elementsOf(active)) element.classList.remove("active");
        for (const element of litOf(active)) element.classList.remove("lit", "lit-fault");
      }
      anchor?.removeAttribute("aria-describedby");
      active = anchor = null;
      pinned = false;
      box.hidden = true;
    }

    function light(note) {
      if (active !== note) calmDown();
      active = note;
      for (const element of elementsOf(note)) element.classList.add("active");
      const kind = note.weight === "quiet" ? ["lit"] : ["lit", "lit-fault"];
      for (const element of litOf(note)) element.classList.add(...kind);
    }

    /** Bring the first evidence into the middle of the article's pane; the page itself stays. */
    function scroll(note) {
      const [first] = litOf(note);
      if (!first || !article.clientHeight) return;
      const from = article.getBoundingClientRect();
      const to = first.getBoundingClientRect();
      if (to.top >= from.top && to.bottom <= from.bottom) return;
      const top = article.scrollTop + to.top - from.top - (from.height - to.height) / 3;
      article.scrollTo({ top, behavior: calm.matches ? "auto" : "smooth" });
    }

    function tell(note, element) {
      // The list of statements tells it already, unless the article is not in sight.
      if (element.closest("details") && article.clientHeight) return;
      anchor = element;
      box.replaceChildren(...content(note));
      box.hidden = false;
      anchor.setAttribute("aria-describedby", box.id);
      place();
    }

    /** The note under the end of its anchor, or above where there is no room; gone when that is out of sight. */
    function place() {
      if (!anchor || box.hidden) return;
      // Of a place that runs over lines, the last.
      const at = [...anchor.getClientRects()].at(-1) ?? anchor.getBoundingClientRect();
      const pane = cards.getBoundingClientRect();
      if (at.bottom < pane.top || at.top > pane.bottom) {
        box.hidden = true;
        return;
      }
      const { width, height } = box.getBoundingClientRect();
      const below = at.bottom + GAP + height < innerHeight;
      box.style.left = `${Math.max(GAP, Math.min(at.left, innerWidth - width - GAP))}px`;
      box.style.top = `${below ? at.bottom + GAP : Math.max(GAP, at.top - GAP - height)}px`;
    }

    function content(note) {
      const said = note.said.map(({ metric, detail }) =>
        make("p", {}, detail, metric ? make("span", { class: "metric" }, ` ${metric}`) : null),
      );
      const trust = [...new Set(note.said.map((s) => s.trust).filter(Boolean))];
      return [
        note.weight === "quiet" ? null : head(note),
        ...said,
        ...evidence(note),
        ...(note.weight === "quiet" ? [] : trust.map((t) => make("p", { class: "trust" }, t))),
      ].filter(Boolean);
    }

    const head = ({ letter, meaning, weight }) =>
      make("p", { class: "what" }, `${letter} · ${meaning} · `, make("b", {}, WEIGHTS[weight]));

    function evidence(note) {
      if (!text) return [];
      if (!note.places.length) return note.bullet ? [] : [make("p", { class: "none" }, "No evidence in the article.")];
      const quotes = note.places.slice(0, SHOWN).map(({ start, end }) =>
        make("blockquote", { dir: "auto" }, Bench.clipped(text.slice(start, end), QUOTED)),
      );
      const more = note.places.length - quotes.length;
      const label = note.weight === "quiet" ? "The article:" : "Nearest in the article:";
      return [
        make("p", { class: "label" }, label),
        ...quotes,
        more > 0 ? make("p", { class: "label" }, `and ${more} more`) : null,
        make("button", { type: "button", class: "go" }, "Show in the article"),
      ].filter(Boolean);
    }

    /** From a finding to its evidence; Esc leads back. */
    function jump() {
      const note = active;
      const [first] = note ? litOf(note) : [];
      if (!first) return;
      pinned = true;
      box.hidden = true;
      toArticle();
      first.tabIndex = -1;
      first.focus({ preventScroll: true });
      scroll(note);
      // Where panes do not scroll, the page does.
      const { top, bottom } = first.getBoundingClientRect();
      if (top < 0 || bottom > innerHeight) first.scrollIntoView({ block: "center" });
    }

    cards.addEventListener("pointerover", (event) => {
      const at = noteAt(event.target);
      if (pinned || event.pointerType === "touch" || !at?.note) return;
      clearTimeout(timer);
      light(at.note);
      if (at.note.weight === "quiet" && !at.element.matches("button")) return;
      timer = setTimeout(() => {
        tell(at.note, at.element);
        scroll(at.note);
      }, DWELL);
    });
    // The pointer may move from a finding into its note.
    const leave = (event) => {
      const to = event.relatedTarget;
      if (pinned || event.pointerType === "touch" || (to instanceof Node && box.contains(to))) return;
      clearTimeout(timer);
      timer = setTimeout(() => pinned || noteAt(document.activeElement)?.note === active || calmDown(), DWELL);
    };
    cards.addEventListener("pointerout", leave);
    box.addEventListener("pointerout", (event) => box.contains(event.relatedTarget) || leave(event));
    box.addEventListener("pointerover", () => clearTimeout(timer));

    cards.addEventListener("focusin", (event) => {
      const at = noteAt(event.target);
      if (!at?.note) return;
      light(at.note);
      tell(at.note, at.element);
      scroll(at.note);
    });
    cards.addEventListener("focusout", (event) => {
      if (!pinned && !box.contains(event.relatedTarget)) calmDown();
    });
    cards.addEventListener("click", (event) => {
      const at = noteAt(event.target);
      if (!at?.note) return;
      light(at.note);
      pinned = true;
      // A key on a button clicks without a pointer.
      if (event.detail === 0) jump();
      else {
        tell(at.note, at.element);
        scroll(at.note);
      }
    });
    box.addEventListener("click", (event) => event.target.closest(".go") && jump());
    document.addEventListener("pointerdown", (event) => {
      if (active && !box.contains(event.target) && !noteAt(event.target)?.note) calmDown();
    });
    cards.addEventListener("scroll", place, { passive: true });
    addEventListener("scroll", place, { passive: true });
    addEventListener("resize", place);

    /** Put an open note away; from its evidence back to it. True when there was one. */
    function dismiss() {
      if (!active) return false;
      const note = active;
      const back = article.contains(document.activeElement);
      calmDown();
      if (back) {
        toCards();
        cards.querySelector(`button[data-note="${note.id}"]`)?.focus();
      }
      return true;
    }

    /** The notes of another example. */
    function show(notes, articleText) {
      calmDown();
      known = new Map(notes.map((note) => [note.id, note]));
      text = articleText ?? "";
    }

    return { show, dismiss };
  };
})();
