// The update that the chosen run has just made: its mini-batch, and the gradient that this gave.

import { byId } from "./elements.js";
import { Figures } from "./figures.js";
import { say } from "./words.js";

const REST_MS = 120; // between an answer and the next question, while the moment changes
const SHARE = 3; // as long as an answer took, so many times is the rest in motion: it is not to stutter

export class Moment {
  constructor(place, note, base) {
    Object.assign(this, { place, note });
    this.captions = place.querySelectorAll("figcaption");
    this.figures = new Figures(base, (names) => this.#asked(names), `#${place.id}`);
    this.panes = byId("moment-sizes").querySelector(".figure");
    new ResizeObserver(() => this.#fit()).observe(this.panes);
  }

  // Of a path, so many of whose points are past; query(path, update, names) gives the parameters
  // of an update of its run, whatever runs are shown when it is asked for. Before its first update that update is shown; at the
  // end of a path that diverged it is the one by which it did.
  show(query, path, count, signal, playing) {
    const { points, diverged_at } = path;
    const made = points.update[count - 1];
    const broken = count === points.update.length && diverged_at;
    Object.assign(this, { query, path, update: broken || Math.max(made, 1), signal, playing });
    this.place.classList.remove("refused");
    this.note.textContent = made === 0 && !broken ? say("about_to_be_drawn") : "";
    for (const caption of this.captions) caption.setAttribute("aria-live", playing ? "off" : "polite");
    this.#ask();
  }

  // Of runs no update of which can be looked at by itself.
  refuse(text) {
    this.path = undefined;
    this.figures.rest();
    this.place.classList.add("refused");
    this.note.textContent = text;
  }

  #asked(names) {
    const params = this.query(this.path, this.update, names);
    if (names.includes("columns")) params.set("columns", this.#columns());
    return params;
  }

  // The stylesheet says how many panels have room side by side.
  #columns() {
    return getComputedStyle(this.panes).getPropertyValue("--columns");
  }

  // As many as there is room for now.
  #fit() {
    const columns = this.#columns();
    if (this.columns !== columns && this.update) this.#ask();
    this.columns = columns;
  }

  #ask() {
    this.again = true;
    if (!this.busy) this.#follow();
  }

  // One question is under way at a time, and the newest moment goes next.
  async #follow() {
    this.busy = true;
    while (this.again) {
      this.again = false;
      const asked = performance.now();
      await this.figures.refresh(false, this.signal);
      const rest = this.playing ? SHARE * (performance.now() - asked) : 0;
      await new Promise((resolve) => setTimeout(resolve, Math.max(REST_MS, rest)));
    }
    this.busy = false;
  }

  // All of it, for paper.
  async all() {
    if (this.path) await this.figures.all();
  }
}
