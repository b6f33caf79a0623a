// What Gradio's queue would lose is brought all the same. It loads before Gradio does.
//
// Where too many wait already the server says 503, and Gradio would tell the reader, in English
// alone, to try again. The page tries again by itself.
//
// The server ends its stream of answers with the last one it knows of. What is sent just then is
// accepted, but Gradio believes that the stream goes on, opens no other and never hears the answer.
// So the end is kept from it while an answer is awaited, and the stream goes on with another.
(() => {
  const JOIN = "/gradio_api/queue/join";
  const DATA = "/gradio_api/queue/data";
  // Less than `latest.js` waits for an answer before it sends the next question.
  const PATIENCE_MS = 15_000;
  const PAUSE_MS = 1_000;
  // Who is still there then has not left: some links only save a file.
  const LEAVING_MS = 1_000;
  const send = window.fetch;
  // Requests on their way, and the ids of those that the server took and has not answered; also of
  // answers that came before the server had said that it takes the request.
  const sending = new Set();
  const awaited = new Set();
  const early = new Set();
  // As the page is left Gradio closes its stream, and would open another for what is on its way.
  let leaving = Promise.resolve();
  addEventListener("beforeunload", () => { leaving = pause(LEAVING_MS); });

  const pause = (ms) => new Promise((go) => setTimeout(go, ms));

  window.fetch = (address, options) => {
    const { pathname } = new URL(address.url ?? address, location.href);
    if (pathname === JOIN) return join(address, options);
    if (pathname === DATA) return listen(address, options);
    return send(address, options);
  };

  async function join(address, options) {
    const taking = taken(address, options);
    const settled = taking.then(note).catch(() => {}).then(() => sending.delete(settled));
    sending.add(settled);
    await settled;
    return taking;
  }

  async function note(answer) {
    const { event_id: id } = answer.ok ? await answer.clone().json() : {};
    if (id && !early.delete(id)) awaited.add(id);
  }

  async function taken(address, options) {
    const until = Date.now() + PATIENCE_MS;
    for (;;) {
      const answer = await send(address, options);
      if (answer.status !== 503 || Date.now() > until) return answer;
      // Not all readers at the same moment.
      await pause(PAUSE_MS * (0.5 + Math.random()));
    }
  }

  async function listen(address, options) {
    await leaving;
    const first = await send(address, options);
    if (!first.ok) return first;
    const heard = messages(first, () => send(address, options));
    const body = new ReadableStream({
      async pull(controller) {
        const { value, done } = await heard.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel: () => heard.return(),
    });
    return new Response(body.pipeThrough(new TextEncoderStream()), first);
  }

  // One stream after the other, each read to its end: to leave one early would make the server forget
  // what it has for this page.
  async function* messages(first, again) {
    let over = false;
    try {
      for (let stream = first; stream.ok; stream = await again()) {
        let end = null;
        for await (const message of parts(stream.body)) {
          const { msg, event_id: id } = JSON.parse(message.slice("data:".length));
          if (msg === "process_completed" && !awaited.delete(id)) early.add(id);
          if (msg === "close_stream") end = message;
          else yield message;
        }
        if (!end) return;
        while (!awaited.size && sending.size) await Promise.race(sending);
        over = awaited.size === 0;
        if (over) {
          yield end;
          return;
        }
      }
    } finally {
      // A stream that breaks takes with it what was awaited of it; Gradio says so to the reader.
      if (!over) {
        awaited.clear();
        early.clear();
      }
    }
  }

  async function* parts(body) {
    const reader = body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      const whole = (rest + value).split("\n\n");
      rest = whole.pop();
      for (const part of whole) yield `${part}\n\n`;
    }
  }
})();
