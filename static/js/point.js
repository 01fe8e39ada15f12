// A parameter that is entered as two numbers. A hidden field holds both, as "w0,w1".

import { textOf } from "./inputs.js";

export class Point {
  constructor(fieldset) {
    this.input = fieldset.querySelector("[type=hidden]");
    this.parts = [...fieldset.querySelectorAll("[data-part-of]")];
  }

  // Shows the pair that the hidden field holds, or another.
  spread(pair = this.input.value.split(",")) {
    if (pair.length === 2) this.parts.forEach((part, i) => (part.value = pair[i]));
  }

  // Of two numbers an empty one is what it was; without any, both are the default.
  gather() {
    const given = this.parts.some(textOf);
    this.input.value = given ? this.parts.map((part) => textOf(part) || part.shown).join(",") : "";
  }

  // Shows the pair that the server chose if none is given; tells whether that is so.
  resolved(pair = []) {
    const following = this.input.value === "";
    if (following) this.spread(pair);
    for (const part of this.parts) part.shown = part.value;
    return following;
  }
}
