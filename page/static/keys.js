// Keys: "/" to ask, a digit to open that citation, arrows for the next, Esc to close.

import { close } from "./opening.js";
import { visible } from "./screen.js";

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") {
    const table = visible(".desk.reading");
    if (table) close(table);
    return;
  }
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  if (event.key === "/") {
    const box = visible("form.search textarea, form.narrow input");
    if (box) {
      event.preventDefault();
      box.focus();
      box.select();
    }
  } else if (/^[1-9]$/.test(event.key)) {
    visible(`.cite[data-n="${event.key}"]`)?.click();
  } else if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
    // In tabs the arrows choose the tab.
    if (event.target.closest("[role=tab]")) return;
    const steps = [...document.querySelectorAll("[data-step]")].filter((one) => one.offsetParent);
    steps.at(event.key === "ArrowLeft" ? 0 : -1)?.click();
  }
});
