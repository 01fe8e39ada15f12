// The form is the state, the URL its text. Values equal to their default are left out of it.

import { BatchSizes } from "./batch_sizes.js";
import { Budget } from "./budget.js";
import { byId } from "./elements.js";
import { check, follows, pieces, put, settle, textOf } from "./inputs.js";
import { Point } from "./point.js";
import { Rules } from "./rules.js";
import { placeSliders, slide } from "./sliders.js";
import { listed, say } from "./words.js";

// Of selects that were changed, those by which a field's default is known to move; else all.
function reasons(changed, { dataset: { resetBy = "" } }) {
  const known = changed.filter(({ name }) => resetBy.split(" ").includes(name));
  const named = known.length ? known : changed;
  return named.length ? listed(named.map(({ selectedOptions: [option] }) => option.text.trim())) : "";
}

export class Form {
  constructor(element, onChange) {
    this.element = element;
    this.onChange = onChange;
    // Not every page has them.
    const rows = element.querySelector(".batch-sizes");
    this.batchSizes = rows && new BatchSizes(rows, (live) => this.changed(live));
    const rules = element.querySelector(".rules");
    this.rules = rules && new Rules(rules, () => this.#chosen("optimizer"));
    const budget = element.querySelector("[data-budget]");
    this.budget = budget && new Budget(budget, element.querySelector("[data-budget-unit]"));
    const points = [...element.querySelectorAll("fieldset.point")].map((fieldset) => new Point(fieldset));
    this.points = new Map(points.map((point) => [point.input.name, point]));
    this.#listen();
  }

  // Parameters that have an effect and differ from their defaults; scope "run" decides the paths, "look" the page.
  params(...scopes) {
    const given = new Map(); // values and default of each name
    for (const input of this.#inputs()) {
      if (!scopes.includes(input.dataset.scope) || this.#inRows(input)) continue;
      if (input.closest("[data-shown-with], [data-above-0]")?.hidden) continue;
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
    this.budget?.fill(params);
    const known = new Set(["batch_size"]); // its rows are made below
    if (this.rules) this.rules.values = params.has("optimizer") ? params.getAll("optimizer") : pieces(this.#named("optimizer").dataset.default);
    for (const input of this.#inputs()) {
      known.add(input.name);
      if (this.#inRows(input) || input.closest(".rules")) continue;
      const several = params.getAll(input.name);
      const value = params.get(input.name) ?? input.dataset.default;
      if (input.type === "radio") check(input, value, this.#inputs());
      else if (input.type === "checkbox") input.checked = (several.length ? several : pieces(input.dataset.default)).includes(input.value);
      else put(input, "list" in input.dataset && several.length ? several.join(", ") : value);
    }
    if (this.batchSizes) {
      const sizes = params.getAll("batch_size");
      this.batchSizes.limit = Number(this.#named("examples").value) || Number(this.#named("examples").dataset.default);
      this.batchSizes.values = sizes.length ? sizes : this.batchSizes.defaults;
    }
    for (const point of this.points.values()) point.spread();
    this.#conditions();
    return [...params.keys()].filter((name) => !known.has(name));
  }

  // Shows what the server made of parameters left out, and says so where another choice moved it.
  resolved(request) {
    const choices = new Map(this.#inputs().filter(({ tagName, following }) => tagName === "SELECT" && !following).map((select) => [select, select.value]));
    const changed = [...choices.keys()].filter((select) => (this.choices?.get(select) ?? select.value) !== select.value);
    this.choices = choices;
    for (const input of this.#inputs().filter(follows)) {
      const value = [request[input.name] ?? ""].flat().join(", ");
      if (input.following) settle(input, value);
      const because = reasons(changed, input);
      const moved = input.following && because && input.shown && input.shown !== value;
      this.#tell(input.id, input.following && value, moved && say("default_moved", { because, value, before: input.shown }));
      input.shown = input.following ? value : input.value;
    }
    for (const [name, point] of this.points) this.#tell(name, point.resolved(request[name]));
    if (this.batchSizes) {
      this.batchSizes.limit = request.examples;
      this.batchSizes.settle(request.batch_size);
    }
    this.placeSliders();
  }

  placeSliders() {
    placeSliders(this.element);
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
      this.points.get(name)?.spread();
    }
  }

  changed(live = false) {
    this.onChange(live);
  }

  #inputs() {
    return [...this.element.elements].filter(({ dataset }) => "scope" in dataset);
  }

  #inRows(input) {
    return this.batchSizes && input.name === "batch_size";
  }

  #named(name) {
    return this.#inputs().find((input) => input.name === name);
  }

  #listen() {
    // Radios outside the form's element belong to it by their form attribute.
    document.addEventListener("change", ({ target }) => {
      if (target.form !== this.element) return;
      if (target.name) this.#named(target.name).refused = undefined;
      if (follows(target) && textOf(target) === "") put(target, "");
      if (target === this.budget?.unit) this.budget.recount();
      this.#chosen(target.name);
    });
    this.element.addEventListener("input", ({ target }) => {
      target.following = false;
      this.points.get(target.dataset.partOf)?.gather();
      if (!target.dataset.sliderOf) return;
      slide(target);
      this.changed(true);
    });
    // A number field gives no change event when its text turns into no number, or back into none.
    let bad = false;
    this.element.addEventListener("focusin", ({ target }) => (bad = target.validity?.badInput));
    this.element.addEventListener("focusout", ({ target }) => {
      if (!bad && !target.validity?.badInput) return;
      this.points.get(target.dataset.partOf)?.gather();
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

  // A control has another value: what follows it does.
  #chosen(name) {
    this.#reset(name);
    this.#conditions();
    this.changed();
  }

  #reset(name) {
    for (const input of this.#inputs()) {
      if (name && (input.dataset.resetBy ?? "").split(" ").includes(name)) {
        put(input, input.dataset.default);
        if (input === this.budget?.input) this.budget.reset();
      }
    }
  }

  #conditions() {
    const inputs = this.#inputs();
    const beside = document.querySelectorAll(`[form="${this.element.id}"][data-shown-with]`);
    for (const field of [...this.element.querySelectorAll("[data-shown-with]"), ...beside]) {
      const any = "anyOf" in field.dataset;
      // A choice that the page has no control for decides nothing.
      const met = Object.entries(JSON.parse(field.dataset.shownWith)).map(([name, values]) => {
        const choice = inputs.filter((input) => input.name === name);
        return choice.length ? choice.some(({ value }) => values.includes(value)) : !any;
      });
      field.hidden = any ? !met.includes(true) : met.includes(false);
      // What has to be given begins with something that can be changed.
      for (const input of field.hidden ? [] : field.querySelectorAll("[data-first]")) if (!textOf(input)) put(input, input.dataset.first);
    }
    for (const field of this.element.querySelectorAll("[data-above-0]")) field.hidden = !(Number(this.#named(field.dataset["above-0"])?.value) > 0);
    for (const details of this.element.querySelectorAll("[data-hide-empty]")) {
      details.hidden = !details.querySelector(".field:not([hidden])");
    }
  }
}
