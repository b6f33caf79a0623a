// What the page does in the browser: it sends what a reader typed or the number of what was
// clicked, and scrolls, opens, closes and copies what the server rendered. It writes no HTML.

const narrowScreen = matchMedia("(max-width: 768px)");
const THEME = "kutip_theme";

// ---- where the page stands
// The address holds the tab, what was asked there, and what is open beside it: a citation (c), a
// hit (h), another version of it (v), or an article of the collection (a).

const FILTERS = ["source", "after", "before"];
const places = { ask: "", find: "?find=", collection: "?a=" };

const parts = (search) => new URLSearchParams(search);

function tabOf(search) {
  if (parts(search).has("a")) return "collection";
  return parts(search).has("find") ? "find" : "ask";
}

// A place without what is open.
function asked(search) {
  const [now, tab] = [parts(search), tabOf(search)];
  if (tab === "collection") return "a=";
  const kept = [tab === "find" ? "find" : "q", ...FILTERS]
    .map((name) => [name, (now.get(name) ?? "").trim()])
    .filter(([name, value]) => value || name === "find");
  return parts(kept).toString();
}

function openAt(search) {
  const [now, number] = [parts(search), (name) => Number(now.get(name)) || 0];
  if (now.get("a")) return { kind: "article", n: 0, also: 0, id: now.get("a") };
  const kind = number("c") ? "citation" : "hit";
  const n = number("c") || number("h");
  return n > 0 ? { kind, n, also: number("v"), id: "" } : null;
}

// A new question is a step that Back undoes, and so is the sheet that an article is on a phone.
// `closed` is for a reload, which must not open again what the reader closed.
function go(tab, search, closed = false) {
  const sheet = narrowScreen.matches && openAt(search) !== null;
  const step = asked(search) !== asked(location.search) || (sheet && !history.state?.sheet);
  places[tab] = search;
  history[step ? "pushState" : "replaceState"]({ sheet, closed }, "", search || location.pathname);
  entitle();
}

// Tabs and the browser's history are told apart by what was asked, or the article that is open.
function entitle() {
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

function remember(table, wanted, closed = false) {
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

places[tabOf(location.search)] = location.search;
if (narrowScreen.matches && openAt(location.search) && !history.state?.sheet) {
  // A link to an article: Back leads to what it lies on.
  history.replaceState({ closed: true }, "", `?${asked(location.search)}`);
  history.pushState({ sheet: true }, "", places[tabOf(location.search)]);
}

const tabButton = (name) => document.querySelector(`[role=tab][data-tab-id=${name}]`);
const tabName = (table) => table.querySelector("[id$=-results]").id.split("-")[0];
const deskOf = (name) => document.getElementById(`${name}-results`)?.closest(".desk");

for (const event of ["click", "keyup"]) {
  document.addEventListener(event, ({ target }) => {
    if (target.closest?.("[role=tab]")) setTimeout(followTab);
  });
}
function followTab() {
  const name = Object.keys(places).find((one) =>
    tabButton(one)?.getAttribute("aria-selected") === "true");
  if (!name || name === tabOf(location.search)) return;
  go(name, places[name], Boolean(deskOf(name)?.closed));
}

addEventListener("popstate", () => {
  const search = location.search;
  const tab = tabOf(search);
  if (asked(search) !== asked(places[tab])) return location.reload();
  const turned = search !== places[tab];
  places[tab] = search;
  tabButton(tab)?.click();
  const table = deskOf(tab);
  if (turned && table) {
    if (openAt(search)) open(table, openAt(search));
    else shut(table);
  }
  entitle();
});

const visible = (selector, root = document) =>
  [...root.querySelectorAll(selector)].find((found) => found.offsetParent !== null);

// One request at a time, and of those made meanwhile only the last: answers must not overtake.
const GIVE_UP_MS = 20_000;

function latest(send) {
  let since = 0;
  let waiting = null;
  return {
    ask(data) {
      if (Date.now() - since < GIVE_UP_MS) {
        waiting = data;
      } else {
        since = Date.now();
        send(data);
      }
    },
    // Says whether what came is what was asked for last.
    came() {
      since = 0;
      if (!waiting) return true;
      const data = waiting;
      waiting = null;
      this.ask(data);
      return false;
    },
    busy: () => Date.now() - since < GIVE_UP_MS,
  };
}

const desk = (element) => element.closest(".desk");

// ---- header

export function header(element, trigger, watch) {
  const dark = localStorage.getItem(THEME);
  if (dark) document.body.classList.toggle("dark", dark === "dark");
  element.addEventListener("click", (event) => {
    if (!event.target.closest("[data-theme-switch]")) return;
    const now = document.body.classList.toggle("dark");
    localStorage.setItem(THEME, now ? "dark" : "light");
  });
  element.addEventListener("change", (event) => {
    const choice = event.target.closest("[data-language]");
    if (!choice) return;
    document.cookie = `kutip_language=${choice.value}; path=/; max-age=31536000; SameSite=Strict`;
    location.reload();
  });
  const settle = () => {
    const choice = element.querySelector("[data-language]");
    if (choice) document.documentElement.lang = choice.value;
    entitle();
  };
  watch("value", settle);
  settle();
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

// ---- search forms

export function form(element, trigger, watch) {
  const fields = () => element.querySelector("form").elements;
  const box = () => element.querySelector("textarea");
  // The name of the box says what it is, and the address calls the two forms' texts apart.
  const key = () => (box().name === "query" ? "find" : "q");
  const tab = () => (key() === "q" ? "ask" : "find");

  // Filters of the address that are no dates, which the fields cannot hold. They are sent as they
  // are and refused: without them more would be found than was asked for.
  const odd = {};
  const chosen = (name) => fields()[name].value.trim() || (odd[name] ?? "");
  function choose(name, value) {
    fields()[name].value = value;
    odd[name] = fields()[name].value ? "" : value.trim();
  }

  // As the page writes it elsewhere.
  function named(name) {
    const { months, noDate } = element.querySelector(".chips").dataset;
    if (odd[name]) return `${odd[name]} (${noDate})`;
    if (fields()[name].type !== "date") return chosen(name);
    const [year, month, day] = chosen(name).split("-").map(Number);
    return `${day} ${months.split("|")[month - 1]} ${year}`;
  }

  function showChosen() {
    for (const chip of element.querySelectorAll("[data-unset]")) {
      const { unset, label } = chip.dataset;
      chip.hidden = !chosen(unset);
      if (chip.hidden) continue;
      chip.classList.toggle("odd", Boolean(odd[unset]));
      chip.querySelector("b").textContent = named(unset);
      chip.setAttribute("aria-label", `${label}: ${named(unset)}`);
    }
  }

  function askAgain() {
    showChosen();
    if (element.querySelector("form").classList.contains("asked")) submit();
  }

  function submit(restoring = false) {
    const text = box().value.trim();
    if (!text) return box().focus();
    // Half a date would be none; the browser says so.
    if (!element.querySelector("form").reportValidity()) return;
    const filters = Object.fromEntries(
      FILTERS.map((name) => [name, chosen(name)]),
    );
    const place = `?${asked(parts({ [key()]: text, ...filters }))}`;
    const closed = restoring && Boolean(history.state?.closed);
    // Asked once more, what is open stays open.
    go(tab(), asked(place) === asked(places[tab()]) ? places[tab()] : place, closed);
    element.querySelector("form").classList.add("asked");
    box().blur(); // the digits are keys now, and a phone's keyboard makes room
    const table = deskOf(tab());
    table.classList.add("busy");
    table.setAttribute("aria-busy", "true");
    table.searches ??= latest((asked) => trigger("search", asked));
    table.searches.ask({ text, ...filters, open: closed ? 0 : beside() });
    look(); // is there a server that hears it?
  }

  // Beside an answer its proof: the citation of the address, else the first. On a phone it would
  // cover the answer. What else the address has open comes after the results.
  function beside() {
    const wanted = openAt(places[tab()]);
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
    odd[event.target.name] = "";
    askAgain();
  });
  element.addEventListener("click", (event) => {
    const example = event.target.closest("[data-example]");
    if (example) {
      box().value = example.textContent;
      submit();
    } else if (event.target.closest("[data-clear]")) {
      for (const name of FILTERS) choose(name, "");
      askAgain();
    } else if (event.target.closest("[data-unset]")) {
      choose(event.target.closest("[data-unset]").dataset.unset, "");
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

  let restored = false;
  function restore() {
    if (restored || !box()) return;
    restored = true;
    const now = parts(places[tab()]);
    for (const name of FILTERS) choose(name, now.get(name) ?? "");
    showChosen();
    const text = now.get(key());
    if (text) {
      box().value = text;
      submit(true);
    } else {
      invite();
    }
  }
  watch("value", restore);
  restore();
}

// ---- results: what can be opened

export function results(element, trigger, watch) {
  const table = desk(element);
  // An answer is read out as it comes. Of what was looked up or listed, only how much it is.
  if (tabName(table) === "ask") element.setAttribute("aria-live", "polite");
  table.opens = latest((wanted) => trigger("open", wanted));
  element.addEventListener("click", (event) => {
    copy(event);
    save(event);
    narrowFrom(event);
    const typed = event.target.closest("[data-retype]");
    if (typed) retype(typed.dataset.retype);
    const opener = event.target.closest("[data-open]");
    if (!opener) return;
    const { open: kind, n, also, id } = opener.dataset;
    const wanted = { kind, n: Number(n ?? 0), also: Number(also ?? 0), id: id ?? "" };
    remember(table, wanted);
    open(table, wanted, opener);
  });
  watch("value", () => {
    if (!table.searches) {
      cameNarrowed(element);
      sum(element);
      return pointAgain(table);
    }
    if (!table.searches.came()) return;
    table.classList.remove("busy");
    table.removeAttribute("aria-busy");
    table.closed = false;
    if (!element.hasAttribute("aria-live")) sum(element);
    table.present?.();
    reopen(table);
  });
  if (tabName(table) === "collection") reopen(table);
}

function sum(element) {
  const told = [...element.querySelectorAll("[data-told]")].map((one) => one.textContent);
  if (told.length && element.offsetParent) tell(told.join(". "));
}

// Opens without a word to the address.
function open(table, wanted, opener = openerOf(table, wanted)) {
  if (opener) point(table, opener);
  table.closed = false;
  if (openedWith(wanted) && !table.opens.busy() && turn(table, String(wanted.n))) return;
  table.opens.ask(wanted);
}

function openerOf(table, { kind, n, also, id }) {
  return [...table.querySelectorAll(`[data-open="${kind}"]`)].find(
    ({ dataset }) => Number(dataset.n ?? 0) === n && Number(dataset.also ?? 0) === also
      && (dataset.id ?? "") === id,
  );
}

// An answer brings the article of a citation along.
const openedWith = ({ kind, also }) => kind === "citation" && !also;

function reopen(table) {
  const wanted = openAt(places[tabName(table)]);
  if (wanted && !openedWith(wanted)) open(table, wanted);
}

// What is open beside the results, and no other.
function point(table, opener) {
  for (const other of table.querySelectorAll("[aria-current]")) other.removeAttribute("aria-current");
  opener.setAttribute("aria-current", "true");
  for (let fold = opener.closest("details"); fold; fold = fold.parentElement.closest("details")) {
    fold.open = true;
  }
  table.opener = opener;
}

// In a list that is new, too.
function pointAgain(table) {
  const wanted = openAt(places[tabName(table)]);
  const opener = wanted && openerOf(table, wanted);
  if (opener) point(table, opener);
}

function retype(text) {
  document.dispatchEvent(new CustomEvent("kutip:retype", { detail: text ?? null }));
}

// ---- the open article

export function reader(element, trigger, watch) {
  const table = desk(element);
  const article = () => element.querySelector(".reader");

  function fit() {
    if (article()) {
      const top = Math.max(16, element.getBoundingClientRect().top);
      element.style.setProperty("--top", `${top}px`);
    }
  }
  addEventListener("scroll", fit, { passive: true });
  new ResizeObserver(fit).observe(document.body);

  // Shows what the pane holds. An answer and its article come at the same time, in any order.
  table.present = () => {
    // An article that comes after the reader closed it stays closed.
    table.classList.toggle("reading", element.childElementCount > 0 && !table.closed);
    entitle();
    if (!article() || table.closed) return;
    const n = element.querySelector(".tools[data-citation]:not([hidden])")?.dataset.citation;
    const opener = n && table.querySelector(`.cite[data-n="${n}"]`);
    if (opener) {
      point(table, opener);
      remember(table, { kind: "citation", n: Number(n) });
    }
    fit();
    const text = element.querySelector(".text");
    const spot = element.querySelector("mark.current, .focused mark, .focused");
    if (spot) {
      // On a low screen the article scrolls with its header.
      const pane = getComputedStyle(text).overflowY === "visible" ? article() : text;
      const offset = spot.getBoundingClientRect().top - pane.getBoundingClientRect().top;
      pane.scrollTop += offset - pane.clientHeight / 5;
      // The text is where it should be; a low window may have to be scrolled to show it.
      const { top } = spot.getBoundingClientRect();
      if (top < 0 || top > innerHeight - 60) article().scrollIntoView({ block: "nearest" });
    }
    article().setAttribute("role", narrowScreen.matches ? "dialog" : "complementary");
    article().removeAttribute("aria-modal");
    if (narrowScreen.matches) {
      article().setAttribute("aria-modal", "true");
      element.querySelector("[data-close]").focus();
    }
  };
  watch("value", () => {
    if (table.opens.came() && !table.searches?.busy()) table.present();
  });

  element.addEventListener("click", (event) => {
    copy(event);
    if (event.target.closest("[data-close]")) close(table);
    const step = event.target.closest("[data-step]");
    if (step) {
      const { of, step: n } = step.dataset;
      const opener = table.querySelector(`[data-open="${of}"][data-n="${n}"]`);
      opener?.click();
      opener?.closest("li").scrollIntoView({ block: "nearest" });
    }
  });
  // On a phone the article covers the page, which is a way back, too.
  table.addEventListener("click", ({ target }) => {
    if (narrowScreen.matches && target === table.lastElementChild) close(table);
  });
  // Keep the keyboard inside it.
  element.addEventListener("keydown", (event) => {
    if (event.key !== "Tab" || !narrowScreen.matches) return;
    const stops = [...element.querySelectorAll("a, button:not(:disabled), summary, .text")]
      .filter((stop) => stop.offsetParent);
    const edge = event.shiftKey ? stops[0] : stops.at(-1);
    if (document.activeElement === edge) {
      event.preventDefault();
      (event.shiftKey ? stops.at(-1) : stops[0]).focus();
    }
  });
}

// From one quote to another of the article that is open, without the server.
function turn(table, n) {
  const article = table.querySelector(".reader");
  const wanted = article?.querySelector(`.tools[data-citation="${n}"]`);
  if (!wanted) return false;
  const pressed = article.querySelector(".tools :focus");
  for (const tools of article.querySelectorAll(".tools")) tools.hidden = tools !== wanted;
  for (const mark of article.querySelectorAll("mark")) {
    mark.classList.toggle("current", mark.dataset.citation === n);
  }
  for (const block of article.querySelectorAll(".text > p")) {
    block.classList.toggle("focused", block.querySelector("mark.current") !== null);
  }
  table.present();
  // The keyboard stays on the button that was pressed, or on one that still can be.
  if (pressed) {
    const same = [...pressed.parentElement.children].indexOf(pressed);
    const stop = wanted.children[same];
    (stop && !stop.disabled ? stop : wanted.querySelector("button:not(:disabled)")).focus();
  }
  return true;
}

function close(table) {
  shut(table);
  if (history.state?.sheet) history.back();
  else remember(table, null, true);
}

// Closes without a word to the address.
function shut(table) {
  table.closed = true;
  table.classList.remove("reading");
  for (const opener of table.querySelectorAll("[aria-current]")) {
    opener.removeAttribute("aria-current");
  }
  table.opener?.focus({ preventScroll: true });
}

function save(event) {
  const button = event.target.closest("[data-save]");
  if (!button) return;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([button.dataset.save], { type: "text/markdown" }));
  link.download = button.dataset.name;
  link.click();
  URL.revokeObjectURL(link.href);
}

async function copy(event) {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  if (!(await toClipboard(button.dataset.copy))) return;
  button.classList.add("copied");
  tell(button.dataset.done);
  setTimeout(() => button.classList.remove("copied"), 2000);
}

// Over plain HTTP from another machine a browser has no clipboard but the old way to it.
async function toClipboard(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copySelected(text);
  }
}

function copySelected(text) {
  const before = document.activeElement;
  const box = document.createElement("textarea");
  box.value = text;
  box.className = "unseen";
  document.querySelector(".masthead").append(box);
  box.select();
  const done = document.execCommand("copy");
  box.remove();
  before?.focus({ preventScroll: true });
  return done;
}

// For those who do not see it.
let untell;
function tell(words) {
  const told = document.querySelector(".told");
  told.textContent = words;
  clearTimeout(untell);
  untell = setTimeout(() => { told.textContent = ""; }, 2000);
}

// ---- collection

export function panel(element, trigger, watch) {
  let following = false;
  element.addEventListener("click", (event) => {
    const update = event.target.closest("[data-update]");
    const cancel = event.target.closest("[data-cancel]");
    if (update) {
      update.disabled = true;
      following = true;
      trigger("update", {});
    } else if (cancel) {
      cancel.disabled = true;
      trigger("cancel", {});
    }
  });
  // An update that somebody else started is shown as it goes.
  function follow() {
    const running = element.querySelector("[data-cancel]") !== null;
    if (running && !following) trigger("watch", {});
    following = running;
  }
  watch("value", follow);
  follow();
  document.addEventListener("kutip:generation", (event) => {
    if (!event.detail.first && !following && element.offsetParent) trigger("watch", {});
  });
}

const narrowed = { text: "", outlet: "", after: "", before: "" };
let ticket = 0;
let narrowing = { ask() {}, came() {} };
const sendNarrowed = () => narrowing.ask({ ...narrowed });

// The list is also shown anew when the articles change: its ticket says for whom it came.
function cameNarrowed(element) {
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
function narrowFrom(event) {
  const button = event.target.closest("[data-narrow]");
  if (!button) return;
  const { unset, outlet, after, before } = button.dataset;
  if (unset) for (const name of unset.split(" ")) narrowed[name] = "";
  if (outlet) narrowed.outlet = narrowed.outlet === outlet ? "" : outlet;
  if (after) Object.assign(narrowed, { after, before });
  sendNarrowed();
}

// ---- news: what is shown was true of the articles then; are they the same now?

const LOOK_EVERY_MS = 5_000;
let newest = null;

async function look() {
  if (document.hidden) return;
  let now;
  try {
    const answer = await fetch("/v1/index");
    lost(false);
    now = (await answer.json()).generation;
  } catch (error) {
    if (error instanceof TypeError) lost(true); // nobody answered
    return; // the server has stopped, or is busy: the next look will tell
  }
  if (now === newest) return;
  const first = newest === null;
  newest = now;
  document.dispatchEvent(new CustomEvent("kutip:generation", { detail: { first } }));
}
setInterval(look, LOOK_EVERY_MS);
document.addEventListener("visibilitychange", look);

// Gradio by itself loads the page again when the server is back, and the address asks again.
function lost(away) {
  const notice = document.querySelector(".lost");
  if (notice) notice.textContent = away ? notice.dataset.words : "";
}

export function news(element, trigger) {
  document.addEventListener("kutip:generation", () => {
    const shown = element.closest("[role=tabpanel]")?.querySelector("[data-generation]");
    const generation = Number(shown?.dataset.generation ?? newest);
    if (generation !== newest) trigger("look", { generation });
  });
  element.addEventListener("click", (event) => {
    if (event.target.closest("[data-again]")) retype();
  });
}

// ---- keys: "/" to ask, a digit to open that citation, arrows for the next, Esc to close

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") {
    const table = visible(".desk.reading");
    if (table) close(table);
    return;
  }
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  if (event.key === "/") {
    const box = visible("form.search textarea, form.narrow input");
    if (box) {
      event.preventDefault();
      box.focus();
      box.select();
    }
  } else if (/^[1-9]$/.test(event.key)) {
    visible(`.cite[data-n="${event.key}"]`)?.click();
  } else if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
    // In tabs the arrows choose the tab.
    if (event.target.closest("[role=tab]")) return;
    const steps = [...document.querySelectorAll("[data-step]")].filter((one) => one.offsetParent);
    steps.at(event.key === "ArrowLeft" ? 0 : -1)?.click();
  }
});
