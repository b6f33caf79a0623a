// What of the page is on the screen.

export const narrowScreen = matchMedia("(max-width: 768px)");

export const visible = (selector, root = document) =>
  [...root.querySelectorAll(selector)].find((found) => found.offsetParent !== null);
