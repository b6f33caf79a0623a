// What was found or listed, and how it is opened, copied, saved and narrowed.

import { copy } from "./clipboard.js";
import { desk, requests, tabName } from "./desk.js";
import { retype } from "./form.js";
import { cameNarrowed, narrowFrom } from "./narrowing.js";
import { open, pointAgain, reopen } from "./opening.js";
import { remember } from "./places.js";
import { save } from "./saving.js";
import { tell } from "./telling.js";

export function results(element, trigger, watch) {
  const table = desk(element);
  // An answer is read out as it comes. Of what was looked up or listed, only how much it is.
  if (tabName(table) === "ask") element.setAttribute("aria-live", "polite");
  const asked = requests(table);
  table.fetch = (wanted) => asked.ask({ kind: "open", send: () => trigger("open", wanted) });
  element.addEventListener("click", (event) => {
    copy(event);
    save(event);
    narrowFrom(event);
    const typed = event.target.closest("[data-retype]");
    if (typed) retype(typed.dataset.retype);
    const opener = event.target.closest("[data-open]");
    // What is shown until an answer comes is not what the address asks.
    if (!opener || asked.busy("search")) return;
    const { open: kind, n, also, id } = opener.dataset;
    const wanted = { kind, n: Number(n ?? 0), also: Number(also ?? 0), id: id ?? "" };
    remember(table, wanted);
    open(table, wanted, opener);
  });
  watch("value", () => {
    if (tabName(table) === "collection") {
      cameNarrowed(element);
      sum(element);
      return pointAgain(table);
    }
    if (!asked.came("search")) return;
    table.classList.remove("busy");
    table.removeAttribute("aria-busy");
    if (!element.hasAttribute("aria-live")) sum(element);
    table.present?.();
    reopen(table);
  });
  // Once the other panes of its tab stand too.
  if (tabName(table) === "collection") setTimeout(() => reopen(table));
}

function sum(element) {
  const told = [...element.querySelectorAll("[data-told]")].map((one) => one.textContent);
  if (told.length && element.offsetParent) tell(told.join(". "));
}
