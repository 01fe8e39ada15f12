// What a frame stands for while it plays, said where the keys are told at rest.

import { lang, say } from "./words.js";

const format = new Intl.NumberFormat(lang, { maximumSignificantDigits: 2 });

// Hears of each frame's updates and of how many of them are drawn; without them, of rest.
export function pace(place) {
  const rest = place.innerHTML;
  return (frame) => {
    if (!frame || Math.round(frame.updates) <= 1) place.innerHTML = rest;
    else {
      const every = Math.round(frame.updates / frame.points);
      const count = format.format(frame.updates);
      place.textContent = every > 1 ? say("frame_some", { count, every: format.format(every) }) : say("frame_all", { count });
    }
  };
}
