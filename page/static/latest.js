// One request at a time, and of those made meanwhile only the last: answers must not overtake.
const GIVE_UP_MS = 20_000;

export function latest(send) {
  let since = 0;
  let waiting = null;
  return {
    ask(data) {
      if (Date.now() - since < GIVE_UP_MS) {
        waiting = data;
      } else {
        since = Date.now();
        send(data);
      }
    },
    // Says whether what came is what was asked for last.
    came() {
      since = 0;
      if (!waiting) return true;
      const data = waiting;
      waiting = null;
      this.ask(data);
      return false;
    },
    busy: () => Date.now() - since < GIVE_UP_MS,
  };
}
