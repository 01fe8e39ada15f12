// A busy server: how many go before this page's requests is said at its foot, until it has answered them.

import { byId } from "./elements.js";
import { lang, say } from "./words.js";

const SECOND = 1e3; // in ms
const LOOKS = 2 * SECOND; // between looks at the queue, while an answer is not there
const number = new Intl.NumberFormat(lang);

const bar = byId("queue"); // frames of other pages have none
const waiting = new Map(); // of each request that waits: what asks it again at once, where it was refused
let looking;

bar?.querySelector("button").addEventListener("click", () => waiting.forEach((again) => again?.()));

// Fetches, and asks a server that is full again when it says, for as long as it takes. Not everyone
// comes back at the same moment.
export async function patiently(url, options) {
  const mine = Symbol("request");
  const before = looking ??= setInterval(look, LOOKS);
  waiting.set(mine);
  try {
    for (;;) {
      const reply = await fetch(url, options);
      const seconds = Number(reply.headers.get("Retry-After"));
      if (reply.status !== 503 || !seconds) return reply;
      await new Promise((again) => {
        waiting.set(mine, again);
        setTimeout(again, seconds * SECOND * (1 + Math.random()));
        options.signal?.addEventListener("abort", again, { once: true });
        look();
      });
      waiting.set(mine);
    }
  } finally {
    waiting.delete(mine);
    if (!waiting.size) {
      clearInterval(before);
      looking = undefined;
      if (bar) bar.hidden = true;
    }
  }
}

async function look() {
  if (!bar) return;
  const refused = [...waiting.values()].filter(Boolean).length;
  const { ahead = 0, seconds = 0 } = await fetch(bar.dataset.queue, { cache: "no-store" }).then((reply) => reply.json()).catch(() => ({}));
  const others = Math.max(0, ahead - (waiting.size - refused)); // what is not this page's own
  bar.hidden = !waiting.size || !(others || refused);
  if (bar.hidden) return;
  bar.querySelector("[role=status]").textContent = say(refused ? "queue_full" : "queue", { count: number.format(others), seconds: number.format(Math.ceil(seconds)) });
  bar.querySelector("button").hidden = !refused;
}
