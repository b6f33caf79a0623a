// Back and Forward: whatever they lead to is shown in place, without loading the page.

import { asked, openAt, tabOf } from "./address.js";
import { deskOf } from "./desk.js";
import { refill } from "./form.js";
import { open, shut } from "./opening.js";
import { arrive } from "./places.js";
import { narrowScreen } from "./screen.js";
import { showTab } from "./tabs.js";
import { entitle } from "./title.js";

addEventListener("popstate", () => {
  const search = location.search;
  const tab = tabOf(search);
  const before = arrive();
  showTab(tab);
  entitle();
  const table = deskOf(tab);
  if (search === before) return;
  // An answer that is still to come would bring what was open when it was asked for.
  if (asked(search) !== asked(before) || table?.requests?.busy("search")) {
    // What covers a phone's page belongs to what was left.
    if (table && narrowScreen.matches) shut(table);
    refill(tab);
  } else if (table) {
    if (openAt(search)) open(table, openAt(search));
    else shut(table);
  }
});
