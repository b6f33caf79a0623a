// The address holds the tab, what was asked there, and what is open beside it: a citation (c), a
// hit (h), another version of it (v), or an article of the collection (a).

export const FILTERS = ["source", "after", "before"];

export const parts = (search) => new URLSearchParams(search);

export function tabOf(search) {
  if (parts(search).has("a")) return "collection";
  return parts(search).has("find") ? "find" : "ask";
}

// A place without what is open.
export function asked(search) {
  const [now, tab] = [parts(search), tabOf(search)];
  if (tab === "collection") return "a=";
  const kept = [tab === "find" ? "find" : "q", ...FILTERS]
    .map((name) => [name, (now.get(name) ?? "").trim()])
    .filter(([name, value]) => value || name === "find");
  return parts(kept).toString();
}

export function openAt(search) {
  const [now, number] = [parts(search), (name) => Number(now.get(name)) || 0];
  if (now.get("a")) return { kind: "article", n: 0, also: 0, id: now.get("a") };
  const kind = number("c") ? "citation" : "hit";
  const n = number("c") || number("h");
  return n > 0 ? { kind, n, also: number("v"), id: "" } : null;
}
