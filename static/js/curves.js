// Curves of the losses, each cut where its run stands. They are drawn once, from the figure's numbers,
// and as much of them as is past is shown.

import { countUpTo, numbers } from "./arrays.js";
import { Sheet, clip } from "./sheet.js";
import { disc } from "./trails.js";

const LINES = ["median", "running median"]; // roles of what a run's end is marked on
const HEAD = 4; // radius
const DASH = [9, 9]; // of held-out points, as Plotly has it

export class Curves {
  constructor(figure, count, [across, up], { width, height }) {
    const { xaxis, yaxis } = figure.layout;
    Object.assign(this, { across, up, x: scaled(xaxis), y: scaled(yaxis) });
    this.runs = Array.from({ length: count }, () => ({ sheet: new Sheet().fit(width, height) }));
    for (const { sheet } of this.runs) clip(sheet.pen, [across, up]);
    for (const trace of figure.data) {
      const run = this.runs[trace.meta?.run];
      if (!run) continue;
      const [x, y] = [numbers(trace.x), numbers(trace.y)];
      this.#trace(run.sheet.pen, trace, x, y);
      if (LINES.includes(trace.meta.role)) Object.assign(run, { line: [x, y], colour: trace.line.color });
    }
  }

  // Up to where each run stands, and a line at the moment.
  draw(places, moment, onto, colour) {
    this.runs.forEach(({ sheet }, run) => {
      const end = this.across.pixel(this.x(places[run]));
      onto.lay(sheet, 1, this.across.start, Math.min(end, this.across.start + this.across.length));
    });
    const { pen } = onto;
    pen.save();
    clip(pen, [this.across, this.up]);
    Object.assign(pen, { strokeStyle: colour, lineWidth: 1 });
    pen.setLineDash([2, 3]);
    pen.beginPath();
    for (const end of [0, 1]) pen.lineTo(this.across.pixel(this.x(moment)), this.up.start + end * this.up.length);
    pen.stroke();
    this.runs.forEach(({ line: [x, y], colour: own }, run) => {
      const i = countUpTo(x, Math.fround(places[run])) - 1;
      pen.fillStyle = own;
      if (i >= 0) disc(pen, this.#at(x[i], y[i]), HEAD);
    });
    pen.restore();
  }

  #at(x, y) {
    return [this.across.pixel(this.x(x)), this.up.pixel(this.y(y))];
  }

  // A line with its gaps, or an area.
  #trace(pen, { line, fill, fillcolor, meta }, x, y) {
    pen.beginPath();
    let broken = true;
    for (let i = 0; i < x.length; i += 1) {
      const [left, top] = this.#at(x[i], y[i]);
      if (!Number.isFinite(left) || !Number.isFinite(top)) broken = true;
      else if (broken && !(fill && i)) {
        pen.moveTo(left, top);
        broken = false;
      } else pen.lineTo(left, top);
    }
    Object.assign(pen, { fillStyle: fillcolor ?? "", strokeStyle: line.color ?? "", lineWidth: line.width, lineJoin: "round" });
    pen.setLineDash(line.dash ? meta.dash ?? DASH : []);
    if (fill) pen.fill();
    if (line.width) pen.stroke();
  }
}

const scaled = ({ type }) => (type === "log" ? Math.log10 : (value) => value);
