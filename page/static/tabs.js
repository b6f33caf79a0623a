import { tabOf } from "./address.js";
import { deskOf } from "./desk.js";
import { go, placeOf } from "./places.js";

const TABS = ["ask", "find", "collection"];
const button = (name) => document.querySelector(`[role=tab][data-tab-id=${name}]`);

export const showTab = (name) => button(name)?.click();

// The address follows the tab that the reader chooses.
for (const event of ["click", "keyup"]) {
  document.addEventListener(event, ({ target }) => {
    if (target.closest?.("[role=tab]")) setTimeout(followTab);
  });
}
function followTab() {
  const name = TABS.find((one) => button(one)?.getAttribute("aria-selected") === "true");
  if (!name || name === tabOf(location.search)) return;
  go(name, placeOf(name), Boolean(deskOf(name)?.closed));
}
