// The plane: the surface's figure below, the paths' figure over it, and the handle of a point.

import { numbers, rows } from "./arrays.js";
import { drawChart } from "./chart.js";
import { Ground, aim } from "./ground.js";
import { Handle } from "./handle.js";
import { Lens } from "./lens.js";
import { plotly } from "./plotly.js";

const LINES = ["path", "way", "shadow"]; // roles of what the minima lie over; the ends lie over them
const HELD = ["start", "point"]; // roles of what the handle moves
const ENDS = ["cloud", "ellipse", "label"]; // of the end, and seen there alone
export const MOVING = [...LINES, ...ENDS, "workers", "head"]; // roles of what a moment changes
const RUNS = [...MOVING, ...HELD];
export const NONE = [];
export const MARKS = ["minima", "decayed", "start"]; // roles of what lies over trails and does not move

export class Stage {
  // askGround(part) gives the figure of a part of the drawn surface.
  constructor({ plane, surface, paths, handle }, onMove, askGround) {
    Object.assign(this, { plane, surface, paths });
    this.handle = new Handle({ plane, handle, figure: paths }, onMove);
    this.lens = new Lens(plane, paths, () => this.#look(), () => this.#refine());
    this.ground = new Ground(surface, this.lens, askGround);
    this.traces = [];
    this.turns = 0; // of pictures, whole ones and previews
    new ResizeObserver(() => this.#resize()).observe(plane);
  }

  // In three dimensions one scene holds both figures. A picture after which another one has come is
  // not drawn.
  async draw(surfaceFigure, pathsFigure, colours) {
    const turn = ++this.turns;
    await plotly();
    if (turn !== this.turns) return;
    const flat = !pathsFigure.layout.scene;
    const [ground, ...minima] = surfaceFigure.data;
    this.lens.take(flat ? pathsFigure.layout : {});
    this.over = flat && pathsFigure.layout;
    if (flat) this.ground.choose(surfaceFigure);
    this.#fit();
    if (flat) {
      const first = !this.ground.drawn;
      await this.ground.draw(this.over);
      if (first) await plotly(); // at first each is drawn in a turn of its own; later both change together
      if (turn !== this.turns) return;
    }
    this.flat = flat;
    this.plane.classList.toggle("deep", !this.flat);
    const under = this.flat ? [] : [ground];
    const lines = pathsFigure.data.findLastIndex(({ meta }) => LINES.includes(meta?.role)) + 1 || pathsFigure.data.length;
    this.traces = pathsFigure.data.map((trace, i) => ({
      ...(trace.meta ?? {}),
      text: trace.text,
      index: i + under.length + (i < lines ? 0 : minima.length),
      full: Object.fromEntries(["x", "y", "z"].filter((axis) => trace[axis]).map((axis) => [axis, numbers(trace[axis])])),
      facts: trace.meta?.role === "path" && rows(trace.customdata),
      updates: trace.meta?.role === "workers" && numbers(trace.customdata),
      opacity: trace.opacity ?? 1,
    }));
    this.heads = this.counts = this.traces.filter(({ role }) => role === "path").map(({ full }) => full.x.length);
    this.ended = true;
    const margin = flat ? this.ground.margin : surfaceFigure.layout.margin;
    const layout = { ...pathsFigure.layout, margin, dragmode: this.flat ? false : "orbit" };
    if (!this.flat && this.paths.layout?.scene?.camera) layout.scene.camera = this.paths.layout.scene.camera;
    if (this.flat) {
      // Neither a drag along an axis nor a double click may part the paths from the surface.
      ["xaxis", "yaxis"].forEach((axis, i) => {
        layout[axis] = { ...layout[axis], range: [...this.lens.ranges[i]], fixedrange: true };
      });
    }
    this.veiled = NONE;
    await drawChart(this.paths, { data: [...under, ...pathsFigure.data.toSpliced(lines, 0, ...minima)], layout }, colours, { follows: false });
    this.plane.querySelector(".still")?.remove(); // the server's own picture has shown this until now
    const { full: held } = this.traces.find(({ role }) => HELD.includes(role));
    if (flat) await aim(this.paths, this.lens);
    this.handle.hold(flat && [held.x[0], held.y[0]]);
    if (flat && !this.ground.part) this.#refine();
  }

  // What is seen of the plane has changed.
  async #look() {
    if (!this.flat) return;
    this.ground.choose();
    this.#fit();
    await this.ground.draw(this.over);
    await aim(this.paths, this.lens, this.ground.margin);
    this.handle.place();
    this.onLook?.();
  }

  async #refine() {
    if (this.flat && this.lens.zoomed && (await this.ground.refine()) && this.flat) await this.#look();
  }

  // Cuts each run's path to its first `counts[run]` points, and draws those that change. A way ends
  // at an update of its own; clouds and ellipses are of the end, and shown there alone.
  cut(counts, ended) {
    const changes = { index: [], x: [], y: [], z: [] };
    const shown = { index: [], visible: [] };
    for (const { role, run, index, until, full: whole, updates } of this.traces) {
      if (LINES.includes(role) || role === "head") {
        if (counts[run] === (role === "head" ? this.heads : this.counts)[run]) continue;
        const { full, facts } = this.traces.find((trace) => trace.role === "path" && trace.run === run);
        const from = role === "head" ? counts[run] - 1 : 0;
        const way = until ? facts.findLastIndex(([update]) => update <= until) + 1 : Infinity;
        const to = Math.min(counts[run], way);
        changes.index.push(index);
        for (const axis of ["x", "y", "z"]) changes[axis].push(full[axis]?.slice(from, to));
        if (role === "shadow") changes.z.push(changes.z.pop().fill(0)); // the floor
      } else if (role === "workers" && counts[run] !== this.counts[run]) {
        const { facts } = this.traces.find((trace) => trace.role === "path" && trace.run === run);
        const [now] = facts[counts[run] - 1];
        changes.index.push(index);
        for (const axis of ["x", "y", "z"]) changes[axis].push(whole[axis]?.map((value, i) => (updates[i] <= now ? value : NaN)));
      } else if (ENDS.includes(role) && ended !== this.ended) {
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

  // Hides what is drawn of these roles, while it is drawn otherwise; of none, shows all again. In three
  // dimensions nothing is drawn otherwise.
  veil(roles) {
    this.plane.classList.toggle("moving", roles === MOVING && this.flat);
    if (!this.flat || roles === this.veiled) return;
    this.veiled = roles;
    const opacity = this.traces.map((trace) => (roles.includes(trace.role) ? 0 : trace.opacity));
    Plotly.restyle(this.paths, { opacity }, this.traces.map(({ index }) => index));
  }

  // A preview is drawn over the figure: a picture that is still being drawn comes too late.
  overtake() {
    this.turns += 1;
    this.veil(RUNS);
  }

  // The runs as they are drawn, of these paths.
  runs(paths) {
    const { colours, dashes, traces } = this;
    const names = new Map(traces.filter(({ role }) => role === "label").map(({ run, text }) => [run, text[0]]));
    return traces.filter(({ role }) => role === "path").map(({ run, full }) => ({
      full, colour: colours[run], dash: dashes[run], name: names.get(run), epoch: paths[run].points.epoch, diverged: paths[run].diverged }));
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

  // Strokes and gaps of each run's line; undefined where no rule has to be told.
  get dashes() {
    return this.#runs.map((trace) => trace.meta.dash);
  }

  get names() {
    return this.#runs.map((trace) => trace.name);
  }

  get #runs() {
    return this.paths.data.filter((trace) => trace.meta?.role === "path");
  }

  // Of two axes at one scale the plane is no higher than they take at its width.
  #fit() {
    const { plane, over, ground } = this;
    if (!over?.yaxis?.scaleanchor) return plane.style.removeProperty("--fits");
    const { l, r, t, b } = ground.margin;
    const [across, up] = [over.xaxis, over.yaxis].map(({ range: [low, high] }) => high - low);
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
