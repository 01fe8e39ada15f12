// The plane: the surface's figure below, the paths' figure over it, and the handle of a point.

import { numbers, rows } from "./arrays.js";
import { drawChart } from "./chart.js";
import { Handle } from "./handle.js";
import { plotly } from "./plotly.js";

const STILL = { displayModeBar: false, staticPlot: true };
const LINES = ["path", "way"]; // roles of what the minima lie over; the ends lie over them
const HELD = ["start", "point"]; // roles of what the handle moves
export const MOVING = [...LINES, "cloud", "ellipse", "head"]; // roles of what a moment changes
export const MARKS = ["minima", "start"]; // roles of what lies over trails and does not move

export class Stage {
  constructor({ plane, surface, paths, handle }, onMove) {
    Object.assign(this, { plane, surface, paths });
    this.handle = new Handle({ plane, handle, figure: paths }, onMove);
    this.traces = [];
    new ResizeObserver(() => this.#resize()).observe(plane);
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
      opacity: trace.opacity ?? 1,
    }));
    this.veiled = false;
    this.heads = this.counts = this.traces.filter(({ role }) => role === "path").map(({ full }) => full.x.length);
    this.ended = true;
    const { margin } = surfaceFigure.layout; // which has the colour bar
    const layout = { ...pathsFigure.layout, margin, dragmode: this.flat ? false : "orbit" };
    if (!this.flat && this.paths.layout?.scene?.camera) layout.scene.camera = this.paths.layout.scene.camera;
    if (this.flat) {
      // Neither a drag along an axis nor a double click may part the paths from the surface.
      for (const axis of ["xaxis", "yaxis"]) layout[axis] = { ...layout[axis], fixedrange: true };
    }
    await drawChart(this.paths, { data: [...under, ...pathsFigure.data.toSpliced(lines, 0, ...minima)], layout }, colours, { responsive: false });
    const { full: held } = this.traces.find(({ role }) => HELD.includes(role));
    this.handle.hold(flat && [held.x[0], held.y[0]]);
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

  // Hides what a moment changes, while it is drawn otherwise. In three dimensions it is not.
  veil(veiled) {
    this.plane.classList.toggle("moving", veiled && this.flat);
    if (!this.flat || veiled === this.veiled) return;
    this.veiled = veiled;
    const moving = this.traces.filter(({ role }) => MOVING.includes(role));
    Plotly.restyle(this.paths, { opacity: moving.map(({ opacity }) => (veiled ? 0 : opacity)) }, moving.map(({ index }) => index));
  }

  // The runs as they are drawn, of these paths.
  runs(paths) {
    return this.traces.filter(({ role }) => role === "path").map(({ run, full }) => ({
      full, colour: this.colours[run], epoch: paths[run].points.epoch, diverged: paths[run].diverged }));
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
    this.handle.place();
  }
}
