// Three steps for newcomers: a note that stands at one control after another and says what to try there.
// What it says is done as well as "Next" leads on.

import { firstTime } from "./once.js";

const KEY = "batchscape-shown-around"; // in what the browser keeps, if it does
const ARROW = 10; // pixels between a control and the note
const EDGE = 8; // pixels between the note and the window's edge
const OPEN = "dialog[open], :popover-open"; // has Escape for itself

export class Coach {
  // Its steps name their controls and, in the order in which they are tried, the sides to stand at.
  constructor(note, { main, plane, play, batch, openers }) {
    Object.assign(this, { note, main, plane, play });
    this.steps = [...note.querySelectorAll("[data-at]")];
    for (const opener of openers) {
      opener.hidden = false;
      opener.addEventListener("click", () => this.#open(opener));
    }
    note.querySelector("[data-next]").addEventListener("click", () => this.#next(true));
    note.querySelector("[data-close]").addEventListener("click", () => this.#close());
    addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.shown && !document.querySelector(OPEN)) this.#close();
    });
    this.#watch(batch);
  }

  // Once, where nothing has been asked for; a browser that keeps nothing would show it every time.
  welcome() {
    const asked = [...new URLSearchParams(location.search).keys()].some((name) => name !== "lang");
    if (asked || this.shown || !firstTime(KEY)) return;
    this.#show(this.#following(-1));
  }

  get shown() {
    return !this.note.hidden;
  }

  #open(opener) {
    this.opener = opener;
    this.#show(this.#following(-1), true);
    this.note.focus({ preventScroll: true });
  }

  // The next step whose control is there to be seen.
  #following(step) {
    return this.steps.findIndex((each, i) => i > step && control(each)?.checkVisibility());
  }

  #next(asked) {
    const step = this.#following(this.step);
    if (step < 0) this.#close();
    else this.#show(step, asked);
  }

  #show(step, scrolls) {
    if (step < 0) return;
    this.#point();
    this.step = step;
    this.tried = false;
    this.note.hidden = false;
    this.steps.forEach((each, i) => (each.hidden = i !== step));
    this.note.querySelector("[data-next]").textContent = this.note.dataset[this.#following(step) < 0 ? "done" : "next"];
    this.#point(control(this.steps[step]));
    this.#place(scrolls);
    if (scrolls) this.#reveal();
  }

  #close() {
    const within = this.note.contains(document.activeElement);
    this.#point();
    this.note.hidden = true;
    if (within) (this.opener?.checkVisibility() ? this.opener : control(this.steps[this.step])).focus({ preventScroll: true });
  }

  #point(at) {
    this.pointed?.classList.remove("pointed");
    this.pointed = at;
    at?.classList.add("pointed");
  }

  // What is to be tried has been, once its picture is drawn or the runs have been played.
  #watch(batch) {
    const handle = this.plane.querySelector(".handle");
    const trying = (at) => (this.tried ||= this.shown && this.pointed === at);
    this.plane.addEventListener("pointerdown", ({ target }) => {
      if (target.closest("button:not(.handle)")) return;
      if (trying(handle)) this.note.classList.add("aside"); // not over what is dragged
    });
    for (const type of ["pointerup", "pointercancel"]) addEventListener(type, () => this.note.classList.remove("aside"));
    handle.addEventListener("keydown", ({ key }) => key.startsWith("Arrow") && trying(handle));
    batch.addEventListener("input", () => trying(batch));
    batch.addEventListener("click", ({ target }) => target.closest("button") && trying(batch));
    new MutationObserver(() => this.#advance()).observe(this.main, { attributeFilter: ["data-drawn"] });
    new MutationObserver(() => {
      if (this.play.ariaPressed === "true") trying(this.play);
      else this.#advance();
    }).observe(this.play, { attributeFilter: ["aria-pressed"] });
    new MutationObserver(() => this.#place()).observe(handle, { attributeFilter: ["style"] });
    new ResizeObserver(() => this.#place()).observe(this.main);
    addEventListener("resize", () => this.#place());
  }

  #advance() {
    if (!this.shown || this.note.matches(".aside")) return;
    if (this.tried && this.play.ariaPressed !== "true") this.#next(false);
    else this.#place();
  }

  // At the first of its sides where there is room in the window, or will be once the page has moved.
  #place(moves) {
    const { note } = this;
    if (!note.offsetParent) return; // closed, or on paper
    const at = this.pointed.getBoundingClientRect();
    const { width, height } = note.getBoundingClientRect();
    const [wide, high] = [document.documentElement.clientWidth, innerHeight];
    const middle = { x: (at.left + at.right - width) / 2, y: (at.top + at.bottom) / 2 - height / 2 };
    const places = {
      right: [at.right + ARROW, middle.y],
      below: [middle.x, at.bottom + ARROW],
      above: [middle.x, at.top - ARROW - height],
    };
    const fits = (side) => side === "right" ? places.right[0] + width + EDGE <= wide : moves || (places[side][1] >= EDGE && places[side][1] + height + EDGE <= high);
    const side = this.steps[this.step].dataset.sides.split(" ").find(fits) ?? "below";
    const [left, top] = places[side];
    const x = Math.max(EDGE, Math.min(left, wide - EDGE - width));
    const from = note.offsetParent.getBoundingClientRect();
    note.dataset.side = side;
    note.style.left = `${x - from.left}px`;
    note.style.top = `${top - from.top}px`;
    note.style.setProperty("--tip", `${side === "right" ? height / 2 : Math.max(14, Math.min((at.left + at.right) / 2 - x, width - 14))}px`);
  }

  // The control and the note into the window, no further than needed: asked for, the page may move.
  #reveal() {
    const boxes = [this.pointed, this.note].map((each) => each.getBoundingClientRect());
    const top = Math.min(...boxes.map((box) => box.top)) - EDGE;
    const bottom = Math.max(...boxes.map((box) => box.bottom)) + EDGE;
    const by = top < 0 ? top : Math.max(0, Math.min(top, bottom - innerHeight));
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (by) scrollBy({ top: by, behavior: still ? "instant" : "smooth" });
  }
}

const control = (step) => document.querySelector(step.dataset.at);
