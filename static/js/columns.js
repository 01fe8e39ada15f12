// Which columns of a table are the points', where it has more than they need.

import { make } from "./elements.js";
import { say } from "./words.js";

const ROLES = { line: ["x", "y"], boundary: ["x0", "x1"] };
const LABEL = "label";

export class Columns {
  constructor(place) {
    this.place = place;
    this.selects = [...place.querySelectorAll("select")];
    place.addEventListener("change", () => this.onChoice(this.#chosen()));
  }

  // Of an answer: all the table's names, and those of the columns that were taken; onChoice(chosen) gets others.
  show({ names, columns }, onChoice) {
    this.onChoice = onChoice;
    this.place.hidden = names.length <= Object.keys(columns).length;
    const taken = [...Object.values(columns), ""];
    this.selects.forEach((select, i) => {
      const none = i < 2 ? [] : [make("option", { value: "", textContent: say("no_label") })];
      select.replaceChildren(...none, ...names.map((name) => make("option", { value: name, textContent: name })));
      select.value = taken[i];
      if (i < 2) select.labels[0].firstElementChild.textContent = Object.keys(columns)[i];
    });
  }

  hide() {
    this.place.hidden = true;
  }

  #chosen() {
    const [first, second, label] = this.selects.map(({ value }) => value);
    const [one, other] = ROLES[label ? "boundary" : "line"];
    return { [one]: first, [other]: second, ...(label && { [LABEL]: label }) };
  }
}
