// What is open beside the results.

import { openAt } from "./address.js";
import { tabName } from "./desk.js";
import { placeOf, remember } from "./places.js";

// Opens without a word to the address.
export function open(table, wanted, opener = openerOf(table, wanted)) {
  if (opener) point(table, opener);
  table.closed = false;
  if (openedWith(wanted) && !table.requests.busy("open") && turn(table, String(wanted.n))) return;
  table.fetch(wanted);
}

function openerOf(table, { kind, n, also, id }) {
  return [...table.querySelectorAll(`[data-open="${kind}"]`)].find(
    ({ dataset }) => Number(dataset.n ?? 0) === n && Number(dataset.also ?? 0) === also
      && (dataset.id ?? "") === id,
  );
}

// An answer brings the article of a citation along.
export const openedWith = ({ kind, also }) => kind === "citation" && !also;

export function reopen(table) {
  const wanted = openAt(placeOf(tabName(table)));
  if (wanted && !openedWith(wanted)) open(table, wanted);
}

// What is open beside the results, and no other.
export function point(table, opener) {
  for (const other of table.querySelectorAll("[aria-current]")) other.removeAttribute("aria-current");
  opener.setAttribute("aria-current", "true");
  for (let fold = opener.closest("details"); fold; fold = fold.parentElement.closest("details")) {
    fold.open = true;
  }
  table.opener = opener;
}

// In a list that is new, too.
export function pointAgain(table) {
  const wanted = openAt(placeOf(tabName(table)));
  const opener = wanted && openerOf(table, wanted);
  if (opener) point(table, opener);
}

// From one quote to another of the article that is open, without the server.
function turn(table, n) {
  const article = table.querySelector(".reader");
  const wanted = article?.querySelector(`.tools[data-citation="${n}"]`);
  if (!wanted) return false;
  const pressed = article.querySelector(".tools :focus");
  for (const tools of article.querySelectorAll(".tools")) tools.hidden = tools !== wanted;
  for (const mark of article.querySelectorAll("mark")) {
    mark.classList.toggle("current", mark.dataset.citation === n);
  }
  for (const block of article.querySelectorAll(".text > p")) {
    block.classList.toggle("focused", block.querySelector("mark.current") !== null);
  }
  table.present();
  // The keyboard stays on the button that was pressed, or on one that still can be.
  if (pressed) {
    const same = [...pressed.parentElement.children].indexOf(pressed);
    const stop = wanted.children[same];
    (stop && !stop.disabled ? stop : wanted.querySelector("button:not(:disabled)")).focus();
  }
  return true;
}

export function close(table) {
  shut(table);
  if (history.state?.sheet) history.back();
  else remember(table, null, true);
}

// Closes without a word to the address.
export function shut(table) {
  table.closed = true;
  table.classList.remove("reading");
  for (const opener of table.querySelectorAll("[aria-current]")) {
    opener.removeAttribute("aria-current");
  }
  table.opener?.focus({ preventScroll: true });
}
