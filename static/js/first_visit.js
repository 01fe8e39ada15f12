// On the first visit the runs are played once, from start to end, after their picture has been seen.

import { firstTime } from "./once.js";

const KEY = "batchscape-played"; // in what the browser keeps, if it does
const SEEN_MS = 900; // the whole picture, before
const TOUCHES = ["pointerdown", "keydown"];

// No figure waits for it, and whatever is touched, clicked or typed ends it at the whole picture. It
// tells, at its end, whether nothing was: at once where nothing is played.
export async function playOnce(player, button) {
  const asked = [...new URLSearchParams(location.search).keys()].some((name) => name !== "lang");
  if (asked || matchMedia("(prefers-reduced-motion: reduce)").matches || !firstTime(KEY)) return true;
  const events = new AbortController();
  const begin = setTimeout(() => player.start(), SEEN_MS);
  let over;
  const calm = new Promise((resolve) => (over = resolve));
  const watch = new MutationObserver(() => player.playing || over(true));
  watch.observe(button, { attributeFilter: ["aria-pressed"] });
  const end = () => {
    over(false);
    events.abort();
    clearTimeout(begin);
    if (player.playing) player.toEnd();
  };
  for (const type of TOUCHES) {
    addEventListener(type, ({ target }) => button.contains(target) || end(), { capture: true, signal: events.signal });
  }
  // Of the button that pauses, the click itself: it is not to play again what it has ended.
  button.addEventListener("click", (event) => {
    if (player.playing) event.stopImmediatePropagation();
    end();
  }, { capture: true, signal: events.signal });
  return calm.finally(() => watch.disconnect());
}
