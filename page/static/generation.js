// What is shown was true of the articles then; are they the same now? The collection's generation
// is asked for, and "kutip:generation" tells those who listen that it is another.

const LOOK_EVERY_MS = 5_000;
let newest = null;

export const newestGeneration = () => newest;

// Also asked for with a question: is there a server that hears it?
export async function look() {
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
