// "?" tells the keys.
(() => {
  "use strict";
  const dialog = document.getElementById("keys");
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input:not([type=checkbox]), select, textarea, [contenteditable]");
    if (event.key !== "?" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!document.getElementById("single-keys").checked && !dialog.open) return;
    event.preventDefault();
    if (dialog.open) dialog.close();
    else dialog.showModal();
  });
  document.getElementById("help").addEventListener("click", () => dialog.showModal());
})();
