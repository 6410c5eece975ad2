// Light or dark: what the system prefers, until the reader says otherwise.
(() => {
  "use strict";
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const KEY = "bench-theme";

  // Where storage is blocked, a choice lasts as long as the page.
  function stored(work) {
    try {
      return work(localStorage);
    } catch {
      return null;
    }
  }

  const theme = () => root.dataset.theme ?? (dark.matches ? "dark" : "light");

  function tell() {
    document.getElementById("theme")?.setAttribute("aria-pressed", String(theme() === "dark"));
  }

  const chosen = stored((storage) => storage.getItem(KEY));
  if (chosen === "light" || chosen === "dark") root.dataset.theme = chosen;
  root.classList.add("js");
  dark.addEventListener("change", tell);
  document.addEventListener("DOMContentLoaded", () => {
    document.getElementById("theme").addEventListener("click", () => {
      root.dataset.theme = theme() === "dark" ? "light" : "dark";
      stored((storage) => storage.setItem(KEY, root.dataset.theme));
      tell();
    });
    tell();
  });
})();
