// Which part of the plane is seen. It is zoomed by Ctrl and the wheel, by two fingers and by buttons,
// and moved by a drag, two fingers and the arrow keys; a wheel alone and one finger scroll the page.
// Both axes are zoomed alike, so that equal units remain equal.

import { axes } from "./axes.js";
import { make } from "./elements.js";
import { say } from "./words.js";

const STEP = 1.5; // times nearer by a button
const WHEEL = 1 / 300; // of a wheel's pixels
const CLOSEST = 1e-3; // of the whole: as fine as a point is told
const MARGIN = 0.25; // of what is seen, on each side of it, is drawn beyond
const REST_MS = 180;
const SLIP = 8; // pixels that a pointer may move in a click
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1] };
const BUTTONS = { closeup: "★", nearer: "+", farther: "−", whole: "⤢" }; // and what they show

export class Lens {
  // onMove() follows every change of `ranges`, and onRest() the last of several.
  constructor(plane, figure, onMove, onRest) {
    Object.assign(this, { plane, figure, onMove, onRest });
    this.buttons = make("div", { className: "lens", hidden: true });
    this.buttons.role = "group";
    this.buttons.setAttribute("aria-label", say("lens"));
    for (const [name, sign] of Object.entries(BUTTONS)) {
      const button = make("button", { type: "button", className: name, title: say(name) });
      button.append(make("span", { textContent: sign, ariaHidden: true }), make("span", { textContent: say(name), className: "name" }));
      button.addEventListener("click", () => this.#press(name));
      this.buttons.append(button);
    }
    plane.after(this.buttons); // beside it, where they cover no point
    this.buttons.addEventListener("keydown", (event) => {
      if (!KEYS[event.key]) return;
      event.preventDefault();
      this.#set(this.ranges.map(([low, high], i) => [low, high].map((end) => end + (KEYS[event.key][i] * (high - low)) / 10)));
    });
    plane.addEventListener("wheel", (event) => this.#wheel(event), { capture: true, passive: false });
    this.#drag();
    this.#fingers();
  }

  // A figure's axes; they are shown as they were while they measure the same. Without axes, as in
  // three dimensions, there is no lens.
  take({ xaxis, yaxis, uirevision, meta }) {
    this.buttons.hidden = !xaxis;
    if (!xaxis) return;
    if (this.measures !== uirevision) this.ranges = undefined;
    this.measures = uirevision;
    this.all = [xaxis.range, yaxis.range].map((range) => [...range]);
    this.ranges ??= this.all;
    this.near = meta?.closeup;
    this.#tell();
  }

  get zoomed() {
    return Boolean(this.ranges) && this.#share < 1;
  }

  // Shows what another lens does.
  follow(ranges) {
    if (String(ranges.flat()) !== String(this.ranges.flat())) this.#set(ranges);
  }

  // What is drawn around what is seen, so that it can be moved a little.
  get around() {
    return this.ranges.map(([low, high], i) => this.#inside([low - MARGIN * (high - low), high + MARGIN * (high - low)], i));
  }

  get #share() {
    const [width, whole] = [this.ranges, this.all].map(([[low, high]]) => high - low);
    return width / whole;
  }

  #inside([low, high], i) {
    return [Math.max(low, this.all[i][0]), Math.min(high, this.all[i][1])];
  }

  #press(name) {
    if (name === "whole") this.#set(this.all);
    else if (name === "closeup") this.#set(this.near);
    else if (name === "farther" && !this.zoomed) return; // all of it is seen
    else this.#zoom(name === "nearer" ? STEP : 1 / STEP);
  }

  // Zooms so many times, about a point of the surface or the middle.
  #zoom(times, about = this.ranges.map(([low, high]) => (low + high) / 2)) {
    const factor = Math.max(1 / times, CLOSEST / this.#share);
    this.#set(this.ranges.map((range, i) => range.map((end) => about[i] + (end - about[i]) * factor)));
  }

  // Shows these ranges, moved and cut to what there is.
  #set(ranges) {
    this.ranges = ranges.map(([low, high], i) => {
      const [least, most] = this.all[i];
      if (high - low >= (most - least) * (1 - 1e-9)) return [least, most];
      const by = Math.max(least - low, 0) + Math.min(most - high, 0);
      return [low + by, high + by];
    });
    this.#tell();
    this.frame ??= requestAnimationFrame(() => {
      this.frame = undefined;
      this.onMove();
    });
    clearTimeout(this.rest);
    this.rest = setTimeout(this.onRest, REST_MS);
  }

  #tell() {
    const { nearer, farther, closeup, whole } = Object.fromEntries([...this.buttons.children].map((button) => [button.className, button]));
    // Whoever has the focus keeps it: a button that can do no more is not disabled for good.
    nearer.ariaDisabled = this.#share <= CLOSEST * (1 + 1e-9);
    farther.ariaDisabled = !this.zoomed;
    closeup.hidden = !this.near;
    closeup.ariaPressed = String(this.near?.flat()) === String(this.ranges.flat());
    whole.ariaDisabled = !this.zoomed;
    this.plane.classList.toggle("zoomed", this.zoomed);
  }

  // Where a pointer is, as a point of the surface.
  #at({ clientX, clientY }) {
    const { left, top } = this.plane.getBoundingClientRect();
    const pixels = [clientX - left, clientY - top];
    return axes(this.figure).map(({ start, length }, i) => {
      const [low, high] = this.ranges[i];
      return low + Math.min(Math.max((pixels[i] - start) / length, 0), 1) * (high - low);
    });
  }

  // Moves what is seen by so many pixels.
  #pan(...pixels) {
    const scales = axes(this.figure).map(({ length }, i) => (this.ranges[i][1] - this.ranges[i][0]) / length);
    this.#set(this.ranges.map((range, i) => range.map((end) => end - pixels[i] * scales[i])));
  }

  #wheel(event) {
    if (!event.ctrlKey || this.buttons.hidden) return;
    event.preventDefault();
    event.stopPropagation();
    this.#zoom(Math.exp(-event.deltaY * WHEEL), this.#at(event));
  }

  #drag() {
    let held;
    this.plane.addEventListener("pointerdown", (event) => {
      const free = this.zoomed && !this.buttons.hidden && event.pointerType === "mouse" && event.button === 0;
      held = free && !event.target.closest("button") ? { from: event, at: event } : undefined;
    }, { capture: true });
    document.addEventListener("pointermove", (event) => {
      if (!held) return;
      held.moves ||= Math.hypot(event.clientX - held.from.clientX, event.clientY - held.from.clientY) >= SLIP;
      if (!held.moves) return;
      this.#pan(event.clientX - held.at.clientX, event.clientY - held.at.clientY);
      held.at = event;
    });
    for (const type of ["pointerup", "pointercancel"]) document.addEventListener(type, () => (held = undefined));
  }

  #fingers() {
    let last;
    const two = ({ touches: [a, b] }) => ({
      clientX: (a.clientX + b.clientX) / 2, clientY: (a.clientY + b.clientY) / 2,
      apart: Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY),
    });
    const move = (event) => {
      if (event.touches.length !== 2 || this.buttons.hidden) return (last = undefined);
      event.preventDefault();
      event.stopPropagation();
      const now = two(event);
      if (last) {
        this.#pan(now.clientX - last.clientX, now.clientY - last.clientY);
        this.#zoom(now.apart / last.apart, this.#at(now));
      }
      last = now;
    };
    for (const type of ["touchstart", "touchmove", "touchend", "touchcancel"]) {
      this.plane.addEventListener(type, move, { capture: true, passive: false });
    }
  }
}
