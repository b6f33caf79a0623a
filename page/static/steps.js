// Back and Forward.

import { asked, openAt, tabOf } from "./address.js";
import { deskOf } from "./desk.js";
import { open, shut } from "./opening.js";
import { arrive } from "./places.js";
import { showTab } from "./tabs.js";
import { entitle } from "./title.js";

addEventListener("popstate", () => {
  const search = location.search;
  const tab = tabOf(search);
  const before = arrive();
  if (asked(search) !== asked(before)) return location.reload();
  showTab(tab);
  const table = deskOf(tab);
  if (search !== before && table) {
    if (openAt(search)) open(table, openAt(search));
    else shut(table);
  }
  entitle();
});
