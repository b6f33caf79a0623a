import { FILTERS } from "./address.js";

// The fields and chips that a form's search is narrowed by.
export function filtersOf(element) {
  const fields = () => element.querySelector("form").elements;

  // Filters of the address that are no dates, which the fields cannot hold. They are sent as they
  // are and refused: without them more would be found than was asked for.
  const odd = {};
  const value = (name) => fields()[name].value.trim() || (odd[name] ?? "");
  function choose(name, wanted) {
    fields()[name].value = wanted;
    odd[name] = fields()[name].value ? "" : wanted.trim();
  }

  // As the page writes it elsewhere.
  function named(name) {
    const { months, noDate } = element.querySelector(".chips").dataset;
    if (odd[name]) return `${odd[name]} (${noDate})`;
    if (fields()[name].type !== "date") return value(name);
    const [year, month, day] = value(name).split("-").map(Number);
    return `${day} ${months.split("|")[month - 1]} ${year}`;
  }

  function show() {
    for (const chip of element.querySelectorAll("[data-unset]")) {
      const { unset, label } = chip.dataset;
      chip.hidden = !value(unset);
      if (chip.hidden) continue;
      chip.classList.toggle("odd", Boolean(odd[unset]));
      chip.querySelector("b").textContent = named(unset);
      chip.setAttribute("aria-label", `${label}: ${named(unset)}`);
    }
  }

  return {
    chosen: () => Object.fromEntries(FILTERS.map((name) => [name, value(name)])),
    choose,
    clear() {
      for (const name of FILTERS) choose(name, "");
    },
    // What was typed into a field stands for itself.
    typed(name) {
      odd[name] = "";
    },
    show,
  };
}
