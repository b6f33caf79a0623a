// The form of a question, and that of a look-up.

import { asked, FILTERS, openAt, parts } from "./address.js";
import { deskOf, requests } from "./desk.js";
import { filtersOf } from "./filters.js";
import { look } from "./generation.js";
import { openedWith } from "./opening.js";
import { go, placeOf } from "./places.js";
import { narrowScreen, visible } from "./screen.js";

export function form(element, trigger, watch) {
  const filters = filtersOf(element);
  const box = () => element.querySelector("textarea");
  // The name of the box says what it is, and the address calls the two forms' texts apart.
  const key = () => (box().name === "query" ? "find" : "q");
  const tab = () => (key() === "q" ? "ask" : "find");

  function askAgain() {
    filters.show();
    if (element.querySelector("form").classList.contains("asked")) submit();
  }

  function submit() {
    const text = box().value.trim();
    if (!text) return box().focus();
    // Half a date would be none; the browser says so.
    if (!element.querySelector("form").reportValidity()) return;
    const place = `?${asked(parts({ [key()]: text, ...filters.chosen() }))}`;
    // Asked once more, what is open stays open.
    go(tab(), asked(place) === asked(placeOf(tab())) ? placeOf(tab()) : place);
    send(text);
  }

  // Without a word to the address. No text brings back the page that nothing was asked on: it goes
  // the same way, so that an answer which is still to come does not fill that page.
  function send(text, closed = false) {
    element.querySelector("form").classList.toggle("asked", text !== "");
    box().blur(); // the digits are keys now, and a phone's keyboard makes room
    const table = deskOf(tab());
    table.classList.toggle("blank", text === "");
    table.classList.add("busy");
    table.setAttribute("aria-busy", "true");
    table.closed = closed;
    const wanted = { text, ...filters.chosen(), open: closed ? 0 : beside() };
    requests(table).ask({ kind: "search", send: () => trigger("search", wanted) });
    look(); // is there a server that hears it?
  }

  // Beside an answer its proof: the citation of the address, else the first. On a phone it would
  // cover the answer. What else the address has open comes after the results.
  function beside() {
    const wanted = openAt(placeOf(tab()));
    if (wanted) return openedWith(wanted) ? wanted.n : 0;
    return narrowScreen.matches ? 0 : 1;
  }

  element.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  element.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.target === box()) {
      event.preventDefault();
      submit();
    }
  });
  element.addEventListener("change", (event) => {
    if (event.target === box()) return;
    filters.typed(event.target.name);
    askAgain();
  });
  element.addEventListener("click", (event) => {
    const example = event.target.closest("[data-example]");
    if (example) {
      box().value = example.textContent;
      submit();
    } else if (event.target.closest("[data-clear]")) {
      filters.clear();
      askAgain();
    } else if (event.target.closest("[data-unset]")) {
      filters.choose(event.target.closest("[data-unset]").dataset.unset, "");
      askAgain();
    }
  });

  // What is wrong with a field has to be seen. (This event does not bubble.)
  element.addEventListener("invalid", ({ target }) => {
    target.closest("details")?.setAttribute("open", "");
  }, true);

  // A chip above the results takes an operator out of what was typed.
  document.addEventListener("kutip:retype", (event) => {
    if (!element.offsetParent) return;
    if (event.detail !== null) box().value = event.detail;
    submit();
  });

  // Holds and asks what the address says.
  function fill() {
    const now = parts(placeOf(tab()));
    for (const name of FILTERS) filters.choose(name, now.get(name) ?? "");
    filters.show();
    box().value = now.get(key()) ?? "";
    const text = box().value.trim();
    const shown = element.querySelector("form").classList.contains("asked");
    if (text || shown) send(text, Boolean(history.state?.closed));
    // Its tab may still be about to open.
    if (!text) requestAnimationFrame(() => invite());
  }

  let filled = false;
  function fillFirst() {
    if (filled || !box()) return;
    filled = true;
    fill();
  }
  watch("value", fillFirst);
  setTimeout(fillFirst); // once the other panes of its tab stand too
  document.addEventListener("kutip:refill", ({ detail }) => {
    if (filled && detail === tab()) fill();
  });
}

// Back or Forward led to something else that was asked in this tab.
export function refill(tab) {
  document.dispatchEvent(new CustomEvent("kutip:refill", { detail: tab }));
}

// Asks what is typed in the form on screen, or `text` in its place.
export function retype(text) {
  document.dispatchEvent(new CustomEvent("kutip:retype", { detail: text ?? null }));
}

// A reader may type at once, or some frames later: until the page is drawn nothing takes the
// cursor. On a phone a keyboard would cover what there is to read.
function invite(frames = 60) {
  const box = visible("form.search:not(.asked) textarea");
  if (!box || box.value || narrowScreen.matches) return;
  box.focus({ preventScroll: true });
  const free = document.activeElement === document.body;
  if (free && frames) requestAnimationFrame(() => invite(frames - 1));
}
