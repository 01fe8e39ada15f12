// The handle of a point of the plane: the start of the paths, or where gradients are taken. It is
// dragged, moved by the arrow keys, and comes to where the plane is clicked.

import { axes } from "./axes.js";

const SLIP = 8; // pixels that a pointer may move in a click
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1] };

export class Handle {
  // onMove(point, live) gets "w0,w1"; the figure is the one whose axes count.
  constructor({ plane, handle, figure }, onMove) {
    Object.assign(this, { plane, handle, figure, onMove });
    this.#drag();
    this.#nudge();
    this.#click();
  }

  // A point of the surface; without one, as in three dimensions, there is nothing to grasp.
  hold(point) {
    this.held = point;
    this.place();
  }

  place() {
    this.handle.hidden = !this.held;
    if (this.held) this.#move(...axes(this.figure).map((axis, i) => axis.pixel(this.held[i])));
  }

  #move(left, top) {
    const { width, height } = this.plane.getBoundingClientRect();
    // A point outside the picture is held at its edge, where it can still be grasped.
    this.handle.style.left = `${Math.min(Math.max(left, 0), width)}px`;
    this.handle.style.top = `${Math.min(Math.max(top, 0), height)}px`;
  }

  // Where a pointer is, in pixels of the plane.
  #pixels({ clientX, clientY }) {
    const { left, top } = this.plane.getBoundingClientRect();
    return [clientX - left, clientY - top];
  }

  // As a point of the surface, inside the drawn domain.
  #point(event) {
    const pixels = this.#pixels(event);
    return axes(this.figure).map((axis, i) => axis.value(pixels[i]));
  }

  #chosen(point, live) {
    this.onMove(axes(this.figure).map((axis, i) => axis.fine(point[i])).join(","), live);
  }

  #drag() {
    const { handle } = this;
    let dragging = false;
    let last; // where a pointer that is taken away has been
    handle.addEventListener("pointerdown", (event) => {
      handle.setPointerCapture(event.pointerId);
      dragging = true;
      last = event;
      event.preventDefault();
      handle.focus({ preventScroll: true });
    });
    handle.addEventListener("pointermove", (event) => {
      if (!dragging) return;
      last = event;
      this.#move(...this.#pixels(event));
      this.#chosen(this.#point(event), true);
    });
    const drop = (event) => {
      if (!dragging) return;
      dragging = false;
      this.#chosen(this.#point(event.type === "pointerup" ? event : last), false);
    };
    handle.addEventListener("pointerup", drop);
    handle.addEventListener("pointercancel", drop);
  }

  #nudge() {
    this.handle.addEventListener("keydown", (event) => {
      const step = ARROWS[event.key];
      if (!step) return;
      event.preventDefault();
      const size = event.shiftKey ? 0.1 : 0.01; // of the axis
      this.hold(axes(this.figure).map(({ range: [low, high] }, i) =>
        Math.min(Math.max(this.held[i] + step[i] * size * (high - low), low), high)));
      this.#chosen(this.held, false);
    });
  }

  #click() {
    // Plotly swallows some clicks and sends others of its own, so the pointer itself tells.
    let pressed;
    this.plane.addEventListener("pointerdown", (event) => {
      pressed = this.held && event.isPrimary && event.button === 0 && !event.target.closest("button") ? event : undefined;
    });
    document.addEventListener("pointerup", (event) => {
      const still = pressed && Math.hypot(event.clientX - pressed.clientX, event.clientY - pressed.clientY) < SLIP;
      pressed = undefined;
      if (still) this.#chosen(this.#point(event), false);
    });
    document.addEventListener("pointercancel", () => (pressed = undefined)); // the page scrolls
  }
}
