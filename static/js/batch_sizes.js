// One row a batch size: a slider over the powers of two with the full batch at its end, and a field.
export class BatchSizes {
  constructor(element, onChange) {
    this.element = element;
    this.rows = element.querySelector("[data-rows]");
    this.template = element.querySelector("template");
    this.adder = element.querySelector("[data-add]");
    this.defaults = element.dataset.default.split(",");
    this.full = this.defaults.at(-1);
    this.most = Number(element.dataset.most);
    this.onChange = onChange;
    this.#listen();
  }

  get values() {
    return this.#fields().map((field) => field.value.trim());
  }

  set values(sizes) {
    this.rows.replaceChildren();
    sizes.forEach((size) => this.#add(size));
    this.#limits();
  }

  set limit(examples) {
    this.examples = examples;
    this.#sliders().forEach((slider, i) => {
      slider.max = Math.ceil(Math.log2(examples));
      this.#place(slider, this.#fields()[i].value);
    });
  }

  // Where the defaults are shown, those that there are examples for, as the server says.
  settle(sizes) {
    const fitting = sizes.map((size) => (size === this.examples ? this.full : String(size)));
    if (this.values.join() !== this.defaults.join() || this.values.join() === fitting.join()) return;
    this.defaults = fitting;
    this.values = fitting;
  }

  // The colour of each number of examples.
  colours(colours) {
    this.rows.querySelectorAll(".dot").forEach((dot, i) =>
      dot.style.setProperty("--colour", colours.get(this.#number(this.values[i])) ?? "transparent"));
  }

  // What the server says of a last batch; nothing where there is nothing to be said.
  warn(words) {
    const note = this.element.querySelector("[data-warning]");
    note.textContent = words ?? "";
    note.hidden = !words;
  }

  #number(size) {
    return size === this.full ? this.examples : Number(size);
  }

  #fields() {
    return [...this.rows.querySelectorAll("[type=text]")];
  }

  #sliders() {
    return [...this.rows.querySelectorAll("[type=range]")];
  }

  #add(size) {
    this.rows.append(this.template.content.cloneNode(true));
    this.#fields().at(-1).value = size;
    this.limit = this.examples;
  }

  #place(slider, size) {
    slider.value = size === this.full ? slider.max : Math.log2(size);
  }

  #limits() {
    const count = this.#fields().length;
    this.adder.hidden = count >= this.most;
    this.rows.querySelectorAll("button").forEach((button) => (button.hidden = count === 1));
  }

  #listen() {
    this.rows.addEventListener("input", ({ target }) => {
      const row = target.closest(".batch-size");
      const field = row.querySelector("[type=text]");
      const slider = row.querySelector("[type=range]");
      if (target === slider) {
        const whole = Math.round(slider.value);
        field.value = whole >= Number(slider.max) ? this.full : 2 ** whole;
        this.onChange(true);
      } else this.#place(slider, field.value);
    });
    this.rows.addEventListener("keydown", (event) => {
      const slider = event.target;
      const step = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key];
      if (slider.type !== "range" || !step) return;
      event.preventDefault();
      slider.value = step > 0 ? Math.floor(slider.value) + 1 : Math.ceil(slider.value) - 1;
      for (const type of ["input", "change"]) slider.dispatchEvent(new Event(type, { bubbles: true }));
    });
    this.rows.addEventListener("click", ({ target }) => {
      if (!target.closest("button")) return;
      target.closest(".batch-size").remove();
      this.#limits();
      this.onChange();
    });
    this.adder.addEventListener("click", () => {
      // The power of two furthest from those shown.
      const shown = this.values.map((size) => Math.log2(this.#number(size))).filter(Number.isFinite);
      const gaps = Array.from({ length: Math.ceil(Math.log2(this.examples)) }, (_, power) =>
        Math.min(...shown.map((other) => Math.abs(other - power))));
      this.#add(2 ** gaps.indexOf(Math.max(...gaps)));
      this.#limits();
      this.onChange();
    });
  }
}
