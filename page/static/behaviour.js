// What the page does in the browser: it sends what a reader typed or the number of what was
// clicked, and scrolls, opens, closes and copies what the server rendered. It writes no HTML.
// Each pane of the page calls one of these with its element, when that is there.

import "./keys.js";
import "./steps.js";
import { reader } from "./article.js";
import { form } from "./form.js";
import { header } from "./header.js";
import { narrow } from "./narrowing.js";
import { news } from "./news.js";
import { panel } from "./panel.js";
import { results } from "./results.js";

// A pane takes its own by the name that `blocks.py` gives it.
document.addEventListener("kutip:pane", (event) => {
  event.preventDefault();
  event.detail({ form, header, narrow, news, panel, reader, results });
});
