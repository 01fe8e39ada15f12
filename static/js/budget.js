// How long the runs are: a number, and the unit that it counts, which gives the parameter its name.

import { put } from "./inputs.js";

export class Budget {
  constructor(input, unit) {
    Object.assign(this, { input, unit });
  }

  // Counts in the unit that is among the parameters, else in the first.
  fill(params) {
    this.#countIn([...this.unit.options].find(({ value }) => params.has(value)) ?? this.unit.options[0]);
  }

  reset() {
    this.#countIn(this.unit.options[0]);
  }

  // Another unit was chosen: the number meant the old one, so the default takes its place.
  recount() {
    this.input.value = "";
    put(this.input, "");
    this.#countIn(this.unit.selectedOptions[0]);
  }

  #countIn(option) {
    option.selected = true;
    this.input.name = option.value;
    this.input.setAttribute("aria-describedby", `error-${option.value}`);
    this.input.min = option.dataset.min;
    this.input.max = option.dataset.max;
  }
}
