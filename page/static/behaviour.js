// What the page does in the browser: it sends what a reader typed or the number of what was
// clicked, and scrolls, opens, closes and copies what the server rendered. It writes no HTML.
// Each pane of the page calls one of these with its element, when that is there.

import "./keys.js";
import "./steps.js";

export { header } from "./header.js";
export { form } from "./form.js";
export { results } from "./results.js";
export { reader } from "./article.js";
export { panel } from "./panel.js";
export { narrow } from "./narrowing.js";
export { news } from "./news.js";
