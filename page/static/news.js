import { retype } from "./form.js";
import { newestGeneration } from "./generation.js";

export function news(element, trigger) {
  document.addEventListener("kutip:generation", () => {
    const shown = element.closest("[role=tabpanel]")?.querySelector("[data-generation]");
    const generation = Number(shown?.dataset.generation ?? newestGeneration());
    if (generation !== newestGeneration()) trigger("look", { generation });
  });
  element.addEventListener("click", (event) => {
    if (event.target.closest("[data-again]")) retype();
  });
}
