// The three desks, one a tab: results, and beside them the article that is open. A desk's element
// keeps what becomes of it: its requests (`requests`), whether the reader closed the article
// (`closed`), what opened it (`opener`), how it is fetched (`fetch`) and shown (`present`).

import { latest } from "./latest.js";

export const desk = (element) => element.closest(".desk");
export const deskOf = (name) => document.getElementById(`${name}-results`)?.closest(".desk");
export const tabName = (table) => table.querySelector("[id$=-results]").id.split("-")[0];

// Questions and articles wait for each other: what was opened beside an answer must not come after
// the next one.
export function requests(table) {
  table.requests ??= latest(({ send }) => send());
  return table.requests;
}
