// One request at a time, and of those made meanwhile only the last: answers must not overtake.
const GIVE_UP_MS = 20_000;

// What is sent may be of more than one `kind`.
export function latest(send) {
  let since = 0;
  let sent = null;
  let waiting = null;
  const underWay = () => Date.now() - since < GIVE_UP_MS;

  function next() {
    if (!waiting || underWay()) return;
    since = Date.now();
    [sent, waiting] = [waiting, null];
    send(sent);
  }

  return {
    ask(data) {
      waiting = data;
      next();
      // What never comes holds up what waits no longer than this.
      setTimeout(next, GIVE_UP_MS);
    },
    // Says whether what came is what was asked for last.
    came(kind) {
      if (sent?.kind === kind) since = 0;
      const last = !waiting;
      next();
      return last;
    },
    busy: (kind) => waiting?.kind === kind || (underWay() && sent.kind === kind),
  };
}
