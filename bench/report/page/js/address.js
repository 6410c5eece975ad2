// Every example, filter and search has an address that can be sent to somebody: #doc=…&system=…&q=…
(() => {
  "use strict";
  const Bench = (window.Bench ??= {});
  const KEYS = ["doc", "system", "filter", "q", "sort"];
  let last = null;

  /** What an address asks for, by key; null where it asks for no example but a place of the page. */
  function read() {
    const asked = new URLSearchParams(location.hash.slice(1));
    if (!KEYS.some((key) => asked.has(key))) return null;
    return Object.fromEntries(KEYS.map((key) => [key, asked.get(key) ?? ""]));
  }

  /** The address of a state. */
  function link(state) {
    const said = new URLSearchParams(KEYS.filter((key) => state[key]).map((key) => [key, state[key]]));
    return `#${said}` === "#" ? "#examples" : `#${said}`;
  }

  /**
   * Put a state into the address. Of a run of equal steps, such as letters of a search or presses of j,
   * only the first makes an entry of the history: "back" undoes all of them.
   */
  function write(state, step) {
    const address = link(state);
    if (address !== location.hash) {
      if (step === last) history.replaceState(null, "", address);
      else history.pushState(null, "", address);
    }
    last = step;
  }

  /** Call back with the state when the reader follows a link, goes back, or edits the address. */
  function listen(changed) {
    addEventListener("hashchange", () => {
      last = null;
      const state = read();
      if (state) changed(state);
    });
  }

  Bench.address = { read, link, write, listen };
})();
