// The form is the state, the URL its text. Values equal to their default are left out of it.

import { BatchSizes } from "./batch_sizes.js";
import { say } from "./words.js";

const byId = (id) => document.getElementById(id);

// A parameter without a default of its own has one that other choices decide: the server says it, the
// field shows it, and follows it until somebody edits the field.
const follows = (input) => input.dataset.default === "" && input.type !== "hidden";

// A control may refuse a link's value (an unknown choice, a number that is none) or hold what it
// does not hand out (1e999). The server is asked all the same: it says what is allowed.
function put(input, value) {
  input.refused = undefined;
  input.following = follows(input) && value === "";
  if (input.following) return; // what it shows stays until the server says otherwise
  input.value = value;
  if (input.value !== value) input.refused = value;
}
const pieces = (text) => text.split(/[\s,]+/).filter(Boolean);
const textOf = (input) => input.following ? "" : input.refused ?? (input.validity.badInput ? "NaN" : input.value.trim());

export class Form {
  constructor(element, onChange) {
    this.element = element;
    this.onChange = onChange;
    // Not every page has them.
    const rows = element.querySelector(".batch-sizes");
    this.batchSizes = rows && new BatchSizes(rows, (live) => this.changed(live));
    this.budget = element.querySelector("[data-budget]");
    this.unit = element.querySelector("[data-budget-unit]");
    this.#listen();
  }

  // Parameters that have an effect and differ from their defaults; scope "run" decides the paths, "look" the page.
  params(...scopes) {
    const given = new Map(); // values and default of each name
    for (const input of this.#inputs()) {
      if (!scopes.includes(input.dataset.scope) || this.#inRows(input)) continue;
      if (input.closest("[data-shown-with]")?.hidden) continue;
      if (["radio", "checkbox"].includes(input.type) && !input.checked) continue;
      const [values] = given.get(input.name) ?? given.set(input.name, [[], input.dataset.default]).get(input.name);
      values.push(...("list" in input.dataset ? pieces(textOf(input)) : [textOf(input)]));
    }
    if (scopes.includes("run") && this.batchSizes) given.set("batch_size", [this.batchSizes.values, this.batchSizes.defaults.join(",")]);
    const params = new URLSearchParams();
    for (const [name, [values, preset]] of given) {
      if (values.join(",") !== preset) values.filter((value) => value !== "").forEach((value) => params.append(name, value));
    }
    return params;
  }

  // The opposite of `params`.
  fill(params) {
    if (this.unit) {
      this.#countIn([...this.unit.options].find((option) => params.has(option.value)) ?? this.unit.options[0]);
    }
    const known = new Set(["batch_size"]); // its rows are made below
    for (const input of this.#inputs()) {
      known.add(input.name);
      if (this.#inRows(input)) continue;
      const several = params.getAll(input.name);
      const value = params.get(input.name) ?? input.dataset.default;
      if (input.type === "radio") this.#check(input, value);
      else if (input.type === "checkbox") input.checked = (several.length ? several : pieces(input.dataset.default)).includes(input.value);
      else put(input, "list" in input.dataset && several.length ? several.join(", ") : value);
    }
    if (this.batchSizes) {
      const sizes = params.getAll("batch_size");
      this.batchSizes.limit = Number(this.#named("examples").value) || Number(this.#named("examples").dataset.default);
      this.batchSizes.values = sizes.length ? sizes : this.batchSizes.defaults;
    }
    for (const name of this.#points()) this.#spread(name, this.#named(name).value.split(","));
    this.#conditions();
    return [...params.keys()].filter((name) => !known.has(name));
  }

  // Shows what the server made of parameters left out, and says so where another choice moved it.
  resolved(request) {
    const choices = new Map(this.#inputs().filter(({ tagName }) => tagName === "SELECT").map((select) => [select, select.value]));
    const changed = [...choices].filter(([select, value]) => (this.choices?.get(select) ?? value) !== value);
    this.choices = choices;
    const because = changed.map(([{ selectedOptions: [option] }]) => option.text.trim()).join(", ");
    for (const input of this.#inputs().filter(follows)) {
      const value = [request[input.name] ?? ""].flat().join(", ");
      if (input.following) input.value = value;
      const moved = input.following && because && input.shown && input.shown !== value;
      this.#tell(input.id, input.following && value, moved && say("default_moved", { because, value, before: input.shown }));
      input.shown = input.value;
    }
    for (const name of this.#points()) {
      const following = this.#named(name).value === "";
      if (following) this.#spread(name, request[name] ?? []);
      this.#parts(name).forEach((part) => (part.shown = part.value));
      this.#tell(name, following);
    }
    if (this.batchSizes) {
      this.batchSizes.limit = request.examples;
      this.batchSizes.settle(request.batch_size);
    }
    this.placeSliders();
  }

  // Sliders stand where their numbers are; the one in hand is left alone, for a step of it may be
  // less than one of its number.
  placeSliders() {
    for (const slider of this.element.querySelectorAll("[data-slider-of]:not(:focus)")) this.#place(slider);
  }

  // Marks a parameter as one that has its default, and says why that is another one.
  #tell(id, following, note) {
    const tag = this.element.querySelector(`[data-default-of="${id}"]`);
    const line = this.element.querySelector(`[data-note-for="${id}"]`);
    if (tag) tag.hidden = !following;
    if (!line) return;
    line.hidden = !note;
    line.textContent = note || "";
  }

  // What the surface is for, and what its parameters are called.
  describe({ description, parameters }) {
    byId("teaches").textContent = description;
    document.querySelectorAll("[data-parameter]").forEach((label) => (label.textContent = parameters[label.dataset.parameter]));
  }

  // Sets values as if typed.
  set(values) {
    for (const [name, value] of Object.entries(values)) {
      put(this.#named(name), value);
      this.#spread(name, String(value).split(","));
    }
  }

  changed(live = false) {
    this.onChange(live);
  }

  showErrors(errors) {
    document.querySelectorAll("[data-error-for]").forEach((line) => {
      const mine = errors.filter((error) => error.parameter === line.dataset.errorFor);
      line.hidden = mine.length === 0;
      line.textContent = mine.map((error) => error.message).join(" ");
      if (mine.length) line.closest("details")?.setAttribute("open", "");
    });
    for (const input of document.querySelectorAll("[aria-describedby]")) {
      const bad = errors.some((error) => `error-${error.parameter}` === input.getAttribute("aria-describedby"));
      input.toggleAttribute("aria-invalid", bad);
    }
  }

  #inputs() {
    return [...document.querySelectorAll("[data-scope]")].filter((input) => input.form === this.element);
  }

  #inRows(input) {
    return this.batchSizes && input.name === "batch_size";
  }

  #named(name) {
    return this.#inputs().find((input) => input.name === name);
  }

  // Names of those that are entered as two numbers.
  #points() {
    return new Set([...this.element.querySelectorAll("[data-part-of]")].map((part) => part.dataset.partOf));
  }

  #parts(name) {
    return [...this.element.querySelectorAll(`[data-part-of="${name}"]`)];
  }

  #listen() {
    // Radios outside the form's element belong to it by their form attribute.
    document.addEventListener("change", ({ target }) => {
      if (target.form !== this.element) return;
      if (target.name) this.#named(target.name).refused = undefined;
      if (follows(target) && textOf(target) === "") put(target, "");
      if (this.unit && target === this.unit) {
        this.budget.value = "";
        put(this.budget, "");
        this.#countIn(this.unit.selectedOptions[0]);
      }
      this.#reset(target.name);
      this.#conditions();
      this.changed();
    });
    this.element.addEventListener("input", ({ target }) => {
      target.following = false;
      if (target.dataset.sliderOf) this.#slide(target);
      if (target.dataset.partOf) this.#gather(target.dataset.partOf);
    });
    // A number field gives no change event when its text turns into no number, or back into none.
    let bad = false;
    this.element.addEventListener("focusin", ({ target }) => (bad = target.validity?.badInput));
    this.element.addEventListener("focusout", ({ target }) => {
      if (!bad && !target.validity?.badInput) return;
      if (target.dataset.partOf) this.#gather(target.dataset.partOf);
      this.changed();
    });
    this.element.addEventListener("click", ({ target }) => {
      if (!target.dataset.nextOf) return;
      const input = byId(target.dataset.nextOf);
      put(input, String(Number(input.value) + 1));
      this.changed();
    });
    this.element.addEventListener("submit", (event) => {
      event.preventDefault();
      this.changed();
    });
  }

  #reset(name) {
    for (const input of this.#inputs()) {
      if (name && (input.dataset.resetBy ?? "").split(" ").includes(name)) {
        put(input, input.dataset.default);
        if (input === this.budget) this.#countIn(this.unit.options[0]);
      }
    }
  }

  #conditions() {
    for (const field of this.element.querySelectorAll("[data-shown-with]")) {
      const [[name, values]] = Object.entries(JSON.parse(field.dataset.shownWith));
      field.hidden = !values.includes(this.#named(name).value);
    }
    for (const details of this.element.querySelectorAll("[data-hide-empty]")) {
      details.hidden = !details.querySelector(".field:not([hidden])");
    }
  }

  // One of a group; a value that none of them has is the default's refused one.
  #check(radio, value) {
    const known = this.#inputs().some((other) => other.name === radio.name && other.value === value);
    radio.checked = radio.value === (known ? value : radio.dataset.default);
    radio.refused = radio.checked && !known ? value : undefined;
  }

  // The unit of the budget.
  #countIn(option) {
    option.selected = true;
    const { value, dataset } = option;
    this.budget.name = value;
    this.budget.setAttribute("aria-describedby", `error-${value}`);
    this.budget.min = dataset.min;
    this.budget.max = dataset.max;
  }

  #spread(name, values) {
    if (values.length === 2) this.#parts(name).forEach((part, i) => (part.value = values[i]));
  }

  // Of two numbers an empty one is what it was; without any, both are the default.
  #gather(name) {
    const parts = this.#parts(name);
    const given = parts.some(textOf);
    this.#named(name).value = given ? parts.map((part) => textOf(part) || part.shown).join(",") : "";
  }

  #place(slider) {
    const input = byId(slider.dataset.sliderOf);
    const { low, high } = slider.dataset;
    const share = Math.log(input.value / low) / Math.log(high / low);
    slider.value = Math.round(slider.max * share);
  }

  #slide(slider) {
    const { low, high, sliderOf } = slider.dataset;
    const value = low * (high / low) ** (slider.value / slider.max);
    const input = byId(sliderOf);
    put(input, String(input.step === "1" ? Math.round(value) : Number(value.toPrecision(2))));
    this.changed(true);
  }
}
