import { put } from "./inputs.js";

// The update rules of a form: a choice, and a row more for each rule beside it.
export class Rules {
  constructor(element, onChange) {
    Object.assign(this, { rows: element.querySelector("[data-rows]"), adder: element.querySelector("[data-add-rule]"), most: Number(element.dataset.most) });
    this.rows.addEventListener("click", ({ target }) => {
      if (!target.closest("button")) return;
      target.closest(".of-rules").remove();
      this.#limits();
      onChange();
    });
    this.adder.addEventListener("click", () => {
      this.values = [...this.values, this.#others()[0]];
      this.#selects().at(-1).focus();
      onChange();
    });
  }

  get values() {
    return this.#selects().map(({ value }) => value);
  }

  // As many rows as there are rules: who puts the values in their inputs finds one for each.
  set values(rules) {
    const rows = [...this.rows.children];
    rows.slice(rules.length).forEach((row) => row.remove());
    rules.slice(rows.length).forEach(() => this.rows.append(rows[0].cloneNode(true)));
    this.#selects().forEach((select, i) => put(select, rules[i]));
    this.#limits();
  }

  #selects() {
    return [...this.rows.querySelectorAll("select")];
  }

  // The rules that are not shown yet.
  #others() {
    return [...this.#selects()[0].options].map(({ value }) => value).filter((value) => !this.values.includes(value));
  }

  #limits() {
    const selects = this.#selects();
    selects.forEach((select, i) => (select.id = i ? "" : select.name));
    this.adder.hidden = selects.length >= this.most || !this.#others().length;
    this.rows.querySelectorAll("button").forEach((button) => (button.hidden = selects.length === 1));
  }
}
