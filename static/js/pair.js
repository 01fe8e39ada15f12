// Two sets of parameters: A's, which the link holds as the home page does, and B's, which the form
// holds. They differ in one, of which the form shows the control.

import { Form } from "./form.js";
import { pick } from "./page.js";
import { lang } from "./words.js";

const listed = new Intl.ListFormat(lang);
const same = (one, other) => one.join("\n") === other.join("\n");

export class Pair {
  // `names` are those of the parameters of a run; onChange() hears of every new value.
  constructor(element, choice, names, onChange) {
    Object.assign(this, { choice, names, replaced: JSON.parse(choice.dataset.replaced) });
    this.shown = [...element.querySelectorAll("[data-change]")];
    // Before the form hears of the choice.
    choice.addEventListener("change", () => {
      this.change = choice.value;
      this.#put(this.a.getAll(this.change));
    });
    this.form = new Form(element, (live) => {
      if (live) return; // a slider in hand
      this.#put(this.#values);
      onChange();
    });
  }

  get b() {
    return this.form.params("run");
  }

  // What the link holds.
  params(...scopes) {
    const run = scopes.includes("run") ? [...this.a, ["change", this.change], ...this.#values.map((value) => ["b", value])] : [];
    return new URLSearchParams([...run, ...(scopes.includes("look") ? this.form.params("look") : [])]);
  }

  // The opposite of `params`.
  fill(params) {
    this.a = pick(params, this.names);
    this.look = new URLSearchParams([...params].filter(([name]) => ![...this.names, "change", "b"].includes(name)));
    this.change = params.get("change") ?? this.choice.dataset.default;
    this.#put(params.getAll("b"), this.look);
  }

  // Shows what the server made of B.
  resolved(request, colours) {
    this.form.resolved(request);
    this.form.batchSizes.colours(colours);
    for (const option of this.choice.options) {
      option.disabled = option.value !== this.change && this.#control(option.value).querySelector("[data-shown-with]")?.hidden;
    }
  }

  // A parameter's title, and a value of it as the form says it.
  title(name) {
    return [...this.choice.options].find(({ value }) => value === name).text;
  }

  text(name, value) {
    if (value === null || value === undefined) return "–";
    const option = [...this.#control(name).querySelectorAll("option")].find((each) => each.value === String(value));
    if (option) return option.text.trim();
    if (name === "start") return `(${value.join(", ")})`;
    return Array.isArray(value) ? listed.format(value.map(String)) : String(value);
  }

  // Whether an error is told beside the control that is shown.
  tells({ parameter }) {
    return Boolean(this.#control(this.change).querySelector(`[data-error-for="${parameter}"]`));
  }

  get #values() {
    return this.b.getAll(this.change);
  }

  #control(name) {
    return this.shown.find(({ dataset }) => dataset.change === name);
  }

  // Makes B of A and the values of what differs. With another value, what follows it by default is left to do so.
  #put(values, look = this.form.params("look")) {
    const gone = [this.change, ...(same(values, this.a.getAll(this.change)) ? [] : this.replaced[this.change])];
    const kept = [...this.a].filter(([name]) => !gone.includes(name));
    this.form.fill(new URLSearchParams([...kept, ...values.map((value) => [this.change, value]), ...look]));
    this.choice.value = this.change;
    for (const place of this.shown) place.hidden = place.dataset.change !== this.change;
  }
}
