// A figure's words: the claim that they begin with, and in a quieter line how it was measured.

import { make } from "./elements.js";

export function writeCaption(place, { caption = "", claim = "" } = {}) {
  const details = caption.slice(claim.length).trim();
  const parts = claim ? [["claim", claim], ["details", details]] : [["", caption]];
  place.replaceChildren(...parts.filter(([, text]) => text).map(([className, textContent]) =>
    className ? make("span", { className, textContent }) : textContent));
}
