import { tell } from "./telling.js";

export async function copy(event) {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  if (!(await toClipboard(button.dataset.copy))) return;
  button.classList.add("copied");
  tell(button.dataset.done);
  setTimeout(() => button.classList.remove("copied"), 2000);
}

// Over plain HTTP from another machine a browser has no clipboard but the old way to it.
async function toClipboard(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copySelected(text);
  }
}

function copySelected(text) {
  const before = document.activeElement;
  const box = document.createElement("textarea");
  box.value = text;
  box.className = "unseen";
  document.querySelector(".masthead").append(box);
  box.select();
  const done = document.execCommand("copy");
  box.remove();
  before?.focus({ preventScroll: true });
  return done;
}
