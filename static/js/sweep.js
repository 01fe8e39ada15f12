// A sweep that a reader starts: streamed while it is measured, cancelled, and begun again where it was.

import { Problem, events } from "./api.js";
import { Figures } from "./figures.js";
import { size, theme } from "./theme.js";
import { lang, say } from "./words.js";

const fine = new Intl.NumberFormat(lang, { maximumSignificantDigits: 3 });

export class Sweep {
  // `query(names)` gives the parameters of those names, runs() those of the runs that are drawn.
  constructor(section, api, query, runs) {
    const { resource, figureOf } = section.dataset;
    Object.assign(this, { section, api, resource, figure: figureOf, runs, error: section.querySelector(".error") });
    this.figures = new Figures(api, query, `#${section.id}`);
    this.begins = [...section.querySelectorAll("[data-begin]")];
    [this.bar, this.left, this.stop, this.cancelled] = ["progress", "[data-left]", "[data-cancel]", "[data-cancelled]"].map((name) => section.querySelector(name));
    for (const button of this.begins) button.addEventListener("click", () => this.run(button));
    this.stop.addEventListener("click", () => this.cancel(true));
  }

  // Another question is asked: what is measured of the last one ends, and what was is of the last one.
  // If it is the same one, it may be in other colours.
  changed() {
    if (!this.asked) return;
    if (this.#current) {
      if (this.whole) this.figures.refresh(false, this.whole);
      return;
    }
    this.cancel(false);
    this.#resumes(false);
    this.figures.rest();
    this.section.classList.add("of-before");
  }

  // It is of one update rule: of several it is not begun, and says so.
  refuses(several) {
    for (const button of this.begins) button.disabled = several;
    this.section.querySelector("[data-of-one]").hidden = !several;
  }

  // What a button says beside the form's parameters: its own, and some of the runs'.
  async run(button) {
    this.cancel(false);
    const { begin, ofRuns } = button.dataset;
    const added = new URLSearchParams(begin);
    const own = this.runs()[ofRuns];
    if (own !== undefined) added.set(ofRuns, own);
    this.figures.add(this.figure, added);
    this.begun = button;
    this.controller = new AbortController();
    const { signal } = this.controller;
    this.asked = this.#params().toString();
    this.whole = undefined;
    this.figures.rest();
    this.#resumes(false);
    this.#busy(true);
    this.error.hidden = true;
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
      if (error.name === "AbortError") return;
      this.error.hidden = false; // here: what it has of its own is no control of the form
      this.error.textContent = error.message;
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
    this.#resumes(true);
    this.begun.focus();
  }

  // For paper: nothing is measured for it.
  all() {
    return this.whole && this.#current ? this.figures.all() : [];
  }

  async #whole(signal) {
    this.controller = undefined;
    this.whole = signal;
    await this.figures.refresh(false, signal);
  }

  #params() {
    return this.figures.params(this.figure);
  }

  // Whether what is drawn is of what the form says; panels side by side are no part of it.
  get #current() {
    const [asked, now] = [new URLSearchParams(this.asked), this.#params()];
    for (const params of [asked, now]) params.delete("columns");
    return asked.toString() === now.toString();
  }

  // What was begun goes on where it was cancelled.
  #resumes(resumes) {
    for (const button of this.begins) {
      button.dataset.said ??= button.textContent;
      button.textContent = resumes && button === this.begun ? button.dataset.resume : button.dataset.said;
    }
  }

  #busy(busy) {
    this.bar.hidden = this.stop.hidden = !busy;
    for (const button of this.begins) button.hidden = busy;
    this.bar.value = 0;
    this.left.textContent = this.cancelled.textContent = "";
    if (busy) this.latest = undefined;
  }
}
