// The plane: the surface's figure below, the paths' figure over it, and the handle of a point:
// the start of the paths, or where gradients are taken.

import { numbers, rows } from "./arrays.js";
import { axes } from "./axes.js";
import { drawChart } from "./chart.js";
import { plotly } from "./plotly.js";

const STILL = { displayModeBar: false, staticPlot: true };
const LINES = ["path", "way"]; // roles of what the minima lie over; the ends lie over them
const HELD = ["start", "point"]; // roles of what the handle moves
const SLIP = 8; // pixels that a pointer may move in a click

export class Stage {
  constructor({ plane, surface, paths, handle }, onMove) {
    Object.assign(this, { plane, surface, paths, handle, onMove });
    this.traces = [];
    this.#listen();
  }

  // In three dimensions one scene holds both figures.
  async draw(surfaceFigure, pathsFigure, colours) {
    await plotly();
    const flat = !pathsFigure.layout.scene;
    const [ground, ...minima] = surfaceFigure.data;
    this.tied = flat && pathsFigure.layout.yaxis.scaleanchor && { ...pathsFigure.layout, margin: surfaceFigure.layout.margin };
    this.#fit();
    if (flat && this.drawn !== surfaceFigure) {
      // Both figures have the same axes, tied to one scale if the paths' are; only the paths' are drawn.
      const [xaxis, yaxis] = ["xaxis", "yaxis"].map((axis) => ({ ...pathsFigure.layout[axis], visible: false }));
      await Plotly.react(this.surface, [ground], { ...surfaceFigure.layout, xaxis, yaxis }, STILL);
      if (!this.drawn) await plotly(); // at first each is drawn in a turn of its own; later both change together
      this.drawn = surfaceFigure;
    }
    // Another picture may have been drawn while this one waited: from here on nothing waits.
    this.flat = flat;
    this.plane.classList.toggle("deep", !this.flat);
    const under = this.flat ? [] : [ground];
    const lines = pathsFigure.data.findLastIndex(({ meta }) => LINES.includes(meta?.role)) + 1 || pathsFigure.data.length;
    this.traces = pathsFigure.data.map((trace, i) => ({
      ...(trace.meta ?? {}),
      index: i + under.length + (i < lines ? 0 : minima.length),
      full: Object.fromEntries(["x", "y", "z"].filter((axis) => trace[axis]).map((axis) => [axis, numbers(trace[axis])])),
      facts: trace.meta?.role === "path" && rows(trace.customdata),
    }));
    this.heads = this.counts = this.traces.filter(({ role }) => role === "path").map(({ full }) => full.x.length);
    this.ended = true;
    this.held = this.traces.find((trace) => HELD.includes(trace.role)).full;
    const { margin } = surfaceFigure.layout; // which has the colour bar
    const layout = { ...pathsFigure.layout, margin, dragmode: this.flat ? false : "orbit" };
    if (!this.flat && this.paths.layout?.scene?.camera) layout.scene.camera = this.paths.layout.scene.camera;
    if (this.flat) {
      // Neither a drag along an axis nor a double click may part the paths from the surface.
      for (const axis of ["xaxis", "yaxis"]) layout[axis] = { ...layout[axis], fixedrange: true };
    }
    await drawChart(this.paths, { data: [...under, ...pathsFigure.data.toSpliced(lines, 0, ...minima)], layout }, colours, { responsive: false });
    this.#place();
  }

  // Cuts each run's path to its first `counts[run]` points, and draws those that change. A way ends
  // at an update of its own; clouds and ellipses are of the end, and shown there alone.
  cut(counts, ended) {
    const changes = { index: [], x: [], y: [], z: [] };
    const shown = { index: [], visible: [] };
    for (const { role, run, index, until } of this.traces) {
      if (LINES.includes(role) || role === "head") {
        if (counts[run] === (role === "head" ? this.heads : this.counts)[run]) continue;
        const { full, facts } = this.traces.find((trace) => trace.role === "path" && trace.run === run);
        const from = role === "head" ? counts[run] - 1 : 0;
        const way = role === "way" ? facts.findLastIndex(([update]) => update <= until) + 1 : Infinity;
        const to = Math.min(counts[run], way);
        changes.index.push(index);
        for (const axis of ["x", "y", "z"]) changes[axis].push(full[axis]?.slice(from, to));
      } else if (["cloud", "ellipse"].includes(role) && ended !== this.ended) {
        shown.index.push(index);
        shown.visible.push(ended);
      }
    }
    const { index, ...values } = changes;
    if (this.flat) delete values.z;
    Object.assign(this, { counts, ended, heads: counts });
    if (index.length) Plotly.restyle(this.paths, values, index);
    if (shown.index.length) Plotly.restyle(this.paths, { visible: shown.visible }, shown.index);
  }

  // Moves each run's head to its point number `counts[run]`, and leaves the paths as they are.
  mark(counts) {
    if (!this.flat) return; // a scene takes too long to draw again
    const moved = this.traces.filter(({ role, run }) => role === "head" && counts[run] !== this.heads[run]);
    this.heads = counts;
    if (!moved.length) return;
    const ends = moved.map(({ run }) => {
      const { full } = this.traces.find((trace) => trace.role === "path" && trace.run === run);
      return ["x", "y"].map((axis) => [full[axis][counts[run] - 1]]);
    });
    Plotly.restyle(this.paths, { x: ends.map(([x]) => x), y: ends.map(([, y]) => y) }, moved.map(({ index }) => index));
  }

  // Replaces a run's points, from one place up to another, by those of a trace.
  fill(run, from, to, trace) {
    const path = this.traces.find((each) => each.role === "path" && each.run === run);
    for (const [axis, old] of Object.entries(path.full)) {
      path.full[axis] = [...old.slice(0, from), ...numbers(trace[axis]), ...old.slice(to)];
    }
    path.facts = [...path.facts.slice(0, from), ...rows(trace.customdata), ...path.facts.slice(to)];
    Plotly.restyle(this.paths, { customdata: [path.facts] }, path.index);
    this.counts[run] = undefined; // what is drawn of it is out of date
  }

  get colours() {
    return this.#runs.map((trace) => trace.line.color);
  }

  get names() {
    return this.#runs.map((trace) => trace.name);
  }

  get #runs() {
    return this.paths.data.filter((trace) => trace.meta?.role === "path");
  }

  // Of two axes at one scale the plane is no higher than they take at its width.
  #fit() {
    const { plane, tied } = this;
    if (!tied) return plane.style.removeProperty("--fits");
    const { margin: { l, r, t, b }, xaxis, yaxis } = tied;
    const [across, up] = [xaxis, yaxis].map(({ range: [low, high] }) => high - low);
    plane.style.setProperty("--fits", `${Math.round(((plane.clientWidth - l - r) * up) / across + t + b)}px`);
  }

  // The figures follow the plane's size, and the handle the figures.
  async #resize() {
    this.#fit();
    if (!this.paths.layout) return;
    await Promise.all([this.surface, this.paths].filter((figure) => figure.layout).map((figure) => Plotly.Plots.resize(figure)));
    this.#place();
  }

  #place() {
    this.handle.hidden = !this.flat;
    if (!this.flat) return;
    const [x, y] = axes(this.paths);
    this.#moveHandle(x.pixel(this.held.x[0]), y.pixel(this.held.y[0]));
  }

  #moveHandle(left, top) {
    const { width, height } = this.plane.getBoundingClientRect();
    // A point outside the picture is held at its edge, where it can still be grasped.
    this.handle.style.left = `${Math.min(Math.max(left, 0), width)}px`;
    this.handle.style.top = `${Math.min(Math.max(top, 0), height)}px`;
  }

  // A point of the screen as a point of the surface, inside the drawn domain.
  #point({ clientX, clientY }) {
    const { left, top } = this.plane.getBoundingClientRect();
    const [x, y] = axes(this.paths);
    return [x.value(clientX - left), y.value(clientY - top)];
  }

  #chosen(point, live) {
    // As fine as the picture: a thousandth of the axis.
    const digits = axes(this.paths).map(({ range }) => Math.max(0, 3 - Math.floor(Math.log10(range[1] - range[0]))));
    this.onMove(point.map((w, i) => Number(w.toFixed(digits[i]))).join(","), live);
  }

  #listen() {
    const { handle, plane } = this;
    handle.addEventListener("pointerdown", (event) => {
      handle.setPointerCapture(event.pointerId);
      this.dragging = true;
      event.preventDefault();
      handle.focus({ preventScroll: true });
    });
    handle.addEventListener("pointermove", (event) => {
      if (!this.dragging) return;
      const { left, top } = plane.getBoundingClientRect();
      this.#moveHandle(event.clientX - left, event.clientY - top);
      this.#chosen(this.#point(event), true);
    });
    const drop = (event) => {
      if (!this.dragging) return;
      this.dragging = false;
      if (event.type === "pointerup") this.#chosen(this.#point(event), false);
    };
    handle.addEventListener("pointerup", drop);
    handle.addEventListener("pointercancel", drop);
    handle.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1] }[event.key];
      if (!step) return;
      event.preventDefault();
      const size = event.shiftKey ? 0.1 : 0.01; // of the axis
      const held = [this.held.x[0], this.held.y[0]];
      const point = axes(this.paths).map(({ range: [low, high] }, i) =>
        Math.min(Math.max(held[i] + step[i] * size * (high - low), low), high));
      this.held = { x: [point[0]], y: [point[1]] };
      this.#place();
      this.#chosen(point, false);
    });
    // Plotly swallows some clicks and sends others of its own, so the pointer itself tells.
    let pressed;
    plane.addEventListener("pointerdown", (event) => {
      pressed = this.flat && event.isPrimary && event.button === 0 && event.target !== handle ? event : undefined;
    });
    document.addEventListener("pointerup", (event) => {
      const still = pressed && Math.hypot(event.clientX - pressed.clientX, event.clientY - pressed.clientY) < SLIP;
      pressed = undefined;
      if (still) this.#chosen(this.#point(event), false);
    });
    document.addEventListener("pointercancel", () => (pressed = undefined)); // the page scrolls
    new ResizeObserver(() => this.#resize()).observe(plane);
  }
}
