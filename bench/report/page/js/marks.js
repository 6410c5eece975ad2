// Marked places of a text: positions count code points, and each kind has a letter, a line and a colour.
(() => {
  "use strict";
  const Bench = (window.Bench ??= {});
  const { make } = Bench;

  // What kinds are about: the letter, what it stands for, and whose findings it has.
  const FAMILIES = [
    ["W", "who or what is named", /^(entity|role|speaker|pronoun)/],
    ["N", "number", /^(number|amount)/],
    ["Q", "quotation", /^quote/],
    ["M", "meaning turned round", /^(negation|antonym|mood)/],
    ["S", "whole statement", /^(unsupported|semantic|hhem|summac|alignscore|minicheck|pair)/],
  ];
  const OTHER = ["O", "something else", /^/];
  const SEVERE = 0.75;
  const QUIET = 0.5;

  /** Letter and meaning of a finding's kind. */
  function family(kind) {
    const [letter, meaning] = FAMILIES.find(([, , has]) => has.test(kind)) ?? OTHER;
    return { letter, meaning };
  }

  /** "severe" and "possible" are faults; "quiet" is slight, or says where a statement stands. */
  function weight(severity) {
    if (severity >= SEVERE) return "severe";
    return severity >= QUIET ? "possible" : "quiet";
  }

  /** From a code point's number to where it stands in a string, which counts emoji and others as two. */
  function places(text) {
    if (!/[\ud800-\udfff]/.test(text)) return (point) => Math.min(point, text.length);
    const starts = [0];
    for (const character of text) starts.push(starts.at(-1) + character.length);
    return (point) => starts[Math.min(point, starts.length - 1)];
  }

  /**
   * A text cut at the bounds of places that may overlap.
   *
   * @param {{start: number, end: number}[]} held Places in the string; empty ones are left out.
   * @returns {{start: number, end: number, held: object[]}[]} The pieces in order, each with the places
   *   that it belongs to, the longest first.
   */
  function pieces(length, held, from = 0) {
    const inside = held.filter((place) => place.start < place.end && place.start < length && place.end > from);
    const bounds = [from, length, ...inside.flatMap((place) => [place.start, place.end])];
    const cuts = [...new Set(bounds)].filter((at) => at >= from && at <= length).sort((a, b) => a - b);
    const byLength = (a, b) => b.end - b.start - (a.end - a.start);
    return cuts.slice(1).map((end, i) => {
      const start = cuts[i];
      return { start, end, held: inside.filter((p) => p.start <= start && p.end >= end).sort(byLength) };
    });
  }

  /** Gives each fault a `lane`, so that the lines under places that overlap stand below each other. */
  function lanes(faults) {
    const free = [];
    for (const fault of [...faults].sort((a, b) => a.start - b.start || b.end - a.end)) {
      const open = free.findIndex((end) => end <= fault.start);
      fault.lane = open < 0 ? free.length : open;
      free[fault.lane] = fault.end;
    }
  }

  /**
   * A summary with its marks: a line under each fault with a button behind it; statements without a fault
   * react to the pointer only.
   *
   * @param {object[]} notes With id, start, end, weight, letter, name and details.
   */
  function marked(text, notes) {
    lanes(notes.filter((note) => note.weight !== "quiet"));
    return pieces(text.length, notes).flatMap(({ start, end, held }) => {
      const nested = held.reduceRight((inner, note) => place(note, inner), text.slice(start, end));
      const ending = held.filter((note) => note.end === end && note.weight !== "quiet");
      // A word joiner keeps the letter on the line of what it is about.
      return [nested, ...ending.flatMap((note) => ["\u2060", button(note)])];
    });
  }

  function place(note, inner) {
    const quiet = note.weight === "quiet";
    const kind = quiet ? "stands" : `fault ${note.weight} kind-${note.letter} lane-${Math.min(note.lane, 2)}`;
    return make("span", { class: kind, "data-note": note.id }, inner);
  }

  /** The letter of a finding: what can be focused and read aloud. */
  function button(note) {
    const about = { type: "button", class: `letter kind-${note.letter} ${note.weight}`, "data-note": note.id };
    return make("button", { ...about, "aria-label": note.name, "data-said": note.details }, note.letter);
  }

  /** The letters in use with what they stand for. */
  function legend(notes) {
    const used = new Map(notes.filter((n) => n.weight !== "quiet").map((n) => [n.letter, n.meaning]));
    const order = [...FAMILIES, OTHER].filter(([letter]) => used.has(letter));
    const item = ([letter, meaning]) =>
      make("li", {}, make("span", { class: `fault possible kind-${letter}` }, letter), ` ${meaning}`);
    return order.length ? [...order.map(item), make("li", {}, "filled and thick: a strong sign")] : [];
  }

  Bench.marks = { family, weight, places, pieces, marked, button, legend };
})();
