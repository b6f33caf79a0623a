// Where each tab stands, and the browser's history of it.

import { asked, openAt, parts, tabOf } from "./address.js";
import { tabName } from "./desk.js";
import { narrowScreen } from "./screen.js";
import { entitle } from "./title.js";

const places = { ask: "", find: "?find=", collection: "?a=" };

export const placeOf = (tab) => places[tab];

// Takes over what the address says; returns where its tab stood.
export function arrive() {
  const [search, tab] = [location.search, tabOf(location.search)];
  const before = places[tab];
  places[tab] = search;
  if (narrowScreen.matches && openAt(search) && !history.state?.sheet) {
    // A link to an article, or one that was open in a wider window: Back leads to what it lies on.
    history.replaceState({ closed: true }, "", `?${asked(search)}`);
    history.pushState({ sheet: true }, "", search);
  }
  return before;
}

// A new question is a step that Back undoes, and so is the sheet that an article is on a phone.
// `closed` is for a reload and for Back, which must not open again what the reader closed.
export function go(tab, search, closed = false) {
  const sheet = narrowScreen.matches && openAt(search) !== null;
  const step = asked(search) !== asked(location.search) || (sheet && !history.state?.sheet);
  places[tab] = search;
  history[step ? "pushState" : "replaceState"]({ sheet, closed }, "", search || location.pathname);
  entitle();
}

export function remember(table, wanted, closed = false) {
  const tab = tabName(table);
  const now = parts(asked(places[tab]));
  if (wanted?.kind === "article") now.set("a", wanted.id);
  else if (wanted) now.set(wanted.kind === "citation" ? "c" : "h", wanted.n);
  if (wanted?.also) now.set("v", wanted.also);
  const search = `${now}` && `?${now}`;
  // What comes after the reader has left for another tab.
  if (tab !== tabOf(location.search)) places[tab] = search;
  else go(tab, search, closed);
}

arrive();
