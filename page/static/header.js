import { entitle } from "./title.js";

const THEME = "kutip_theme";

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
