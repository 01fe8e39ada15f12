// What the server says, as it is shown.

import { make } from "./elements.js";

// A line does not end between a number and its sign: in "B = 32", "8.7 %", "0.5 ± 0.1".
export const unparted = (text) => text.replace(/ (?=[=≈±≤≥%])|(?<=[=≈±≤≥]) /g, "\u00a0");

// A figure's words: the claim that they begin with, and in a quieter line how it was measured.
export function writeCaption(place, { caption = "", claim = "" } = {}) {
  const details = caption.slice(claim.length).trim();
  const parts = claim ? [["claim", claim], ["details", details]] : [["", caption]];
  place.replaceChildren(...parts.filter(([, text]) => text).map(([className, text]) =>
    className ? make("span", { className, textContent: unparted(text) }) : unparted(text)));
}
