// What a mark of a chart says is in its aria-label, where it leads in data-href.
(() => {
  "use strict";
  const tip = document.createElement("div");
  tip.className = "chart-tip";
  tip.hidden = true;
  tip.setAttribute("aria-hidden", "true");
  document.body.append(tip);

  const markAt = (target) => {
    const mark = target.closest(".chart svg [aria-label]");
    return mark && !mark.querySelector("[aria-label]") ? mark : null;
  };

  document.addEventListener("pointermove", (event) => {
    const mark = event.target instanceof Element ? markAt(event.target) : null;
    tip.hidden = !mark;
    if (!mark) return;
    tip.textContent = mark.getAttribute("aria-label");
    const { width, height } = tip.getBoundingClientRect();
    const left = Math.min(event.clientX + 12, window.innerWidth - width - 8);
    const above = event.clientY - height - 12;
    tip.style.left = `${Math.max(8, left)}px`;
    tip.style.top = `${above < 8 ? event.clientY + 16 : above}px`;
  });
  document.addEventListener("scroll", () => { tip.hidden = true; }, { capture: true, passive: true });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") tip.hidden = true; });

  document.addEventListener("click", (event) => {
    const mark = event.target instanceof Element && event.target.closest(".chart [data-href]");
    if (!mark) return;
    tip.hidden = true;
    location.hash = mark.getAttribute("data-href");
  });
})();
