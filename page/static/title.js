import { parts, tabOf } from "./address.js";

// Tabs and the browser's history are told apart by what was asked, or the article that is open.
export function entitle() {
  const words = document.querySelector(".masthead")?.dataset;
  if (!words) return;
  const [now, tab] = [parts(location.search), tabOf(location.search)];
  const article = now.get("a") && document.querySelector("#collection-reader .reader h2");
  const named = {
    ask: [now.get("q")],
    find: [words.find, now.get("find")],
    collection: [words.collection, article?.textContent],
  }[tab].filter(Boolean).join(": ");
  document.title = named ? `${named} – Kutip` : "Kutip";
}
