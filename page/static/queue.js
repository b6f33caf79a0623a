// Where too many wait already the server says 503, and Gradio would tell the reader, in English
// alone, to try again. The page tries again by itself. It loads before Gradio does.
(() => {
  const JOIN = "/gradio_api/queue/join";
  // Less than `latest.js` waits for an answer before it sends the next question.
  const PATIENCE_MS = 15_000;
  const PAUSE_MS = 1_000;
  const send = window.fetch;

  window.fetch = async (address, options) => {
    const until = Date.now() + PATIENCE_MS;
    for (;;) {
      const answer = await send(address, options);
      const full = answer.status === 503 && new URL(answer.url).pathname === JOIN;
      if (!full || Date.now() > until) return answer;
      // Not all readers at the same moment.
      await new Promise((go) => setTimeout(go, PAUSE_MS * (0.5 + Math.random())));
    }
  };
})();
