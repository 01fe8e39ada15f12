// A sweep that a reader starts: streamed while it is measured, cancelled, and begun again where it was.

import { Problem, events } from "./api.js";
import { Figures } from "./figures.js";
import { size, theme } from "./theme.js";
import { lang, say } from "./words.js";

const fine = new Intl.NumberFormat(lang, { maximumSignificantDigits: 3 });

export class Sweep {
  // `query(names)` gives the parameters of those names; onProblem(error) hears of what is refused.
  constructor(section, api, query, onProblem) {
    const { resource, figureOf } = section.dataset;
    Object.assign(this, { section, api, resource, figure: figureOf, onProblem });
    this.figures = new Figures(api, query, `#${section.id}`);
    [this.begin, this.bar, this.left, this.stop, this.cancelled] = ["[data-begin]", "progress", "[data-left]", "[data-cancel]", "[data-cancelled]"].map((name) => section.querySelector(name));
    this.begin.addEventListener("click", () => this.run());
    this.stop.addEventListener("click", () => this.cancel(true));
  }

  // Another question is asked: what is measured of the last one ends, and what was is of the last one.
  changed() {
    const asked = this.asked;
    if (!asked || asked === this.#params().toString()) return;
    this.cancel(false);
    this.section.classList.add("of-before");
    this.begin.hidden = false;
  }

  async run() {
    this.cancel(false);
    this.controller = new AbortController();
    const { signal } = this.controller;
    this.asked = this.#params().toString();
    this.#busy(true);
    const colours = theme();
    try {
      const asked = new URLSearchParams(this.asked);
      asked.set("theme", colours);
      if (size()) asked.set("size", size());
      for await (const { name, data } of events(this.api, this.resource, asked, signal)) {
        if (name === "problem") throw new Problem(data);
        this.latest = data;
        this.section.classList.remove("of-before");
        if (name === "result") return await this.#whole(signal);
        this.bar.value = data.done;
        this.left.textContent = data.seconds_left ? say("seconds_left", { seconds: fine.format(Math.ceil(data.seconds_left)) }) : "";
        const figure = data.figures?.[this.figure];
        if (figure) this.figures.show(this.figure, figure, colours).catch(() => {}); // the result is drawn in any case
      }
      throw new Problem({ detail: say("ended"), errors: [] });
    } catch (error) {
      if (error.name !== "AbortError") this.onProblem(error);
    } finally {
      if (!signal.aborted) this.#busy(false);
    }
  }

  cancel(said) {
    if (!this.controller) return;
    this.controller.abort();
    this.controller = undefined;
    this.#busy(false);
    if (!said) return;
    const { measured, asked } = this.latest ?? {};
    this.cancelled.textContent = measured ? say("cancelled", { measured, asked }) : say("cancelled_before");
    this.begin.focus();
  }

  all() {
    return this.asked ? this.figures.all() : [];
  }

  async #whole(signal) {
    this.controller = undefined;
    await this.figures.refresh(false, signal);
  }

  #params() {
    return this.figures.params(this.figure);
  }

  #busy(busy) {
    this.bar.hidden = this.stop.hidden = !busy;
    this.begin.hidden = busy;
    this.bar.value = 0;
    this.left.textContent = this.cancelled.textContent = "";
    if (busy) this.latest = undefined;
  }
}
