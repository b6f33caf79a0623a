// The open article.

import { copy } from "./clipboard.js";
import { desk } from "./desk.js";
import { close, point } from "./opening.js";
import { remember } from "./places.js";
import { narrowScreen } from "./screen.js";
import { entitle } from "./title.js";

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
    if (table.requests.came("open") && !table.requests.busy("search")) table.present();
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
