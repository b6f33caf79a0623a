// The list of articles is narrowed by words, and by the bars, outlets and chips of its picture.

import { latest } from "./latest.js";

const narrowed = { text: "", outlet: "", after: "", before: "" };
let ticket = 0;
let narrowing = { ask() {}, came() {} };
const sendNarrowed = () => narrowing.ask({ ...narrowed });

// The list is also shown anew when the articles change: its ticket says for whom it came.
export function cameNarrowed(element) {
  const shown = element.querySelector("[data-ticket]")?.dataset.ticket;
  if (shown === undefined || Number(shown) === ticket) narrowing.came();
}

export function narrow(element, trigger) {
  let waiting;
  narrowing = latest((wanted) => trigger("narrow", { ...wanted, ticket: ++ticket }));
  element.addEventListener("submit", (event) => event.preventDefault());
  element.addEventListener("input", () => {
    clearTimeout(waiting);
    narrowed.text = element.querySelector("input").value;
    waiting = setTimeout(sendNarrowed, 200);
  });
}

// A bar, an outlet or a chip of the collection's picture narrows its list.
export function narrowFrom(event) {
  const button = event.target.closest("[data-narrow]");
  if (!button) return;
  const { unset, outlet, after, before } = button.dataset;
  if (unset) for (const name of unset.split(" ")) narrowed[name] = "";
  if (outlet) narrowed.outlet = narrowed.outlet === outlet ? "" : outlet;
  if (after) Object.assign(narrowed, { after, before });
  sendNarrowed();
}
