// Paths in motion, drawn on canvases from the same numbers as the figure: the last stretch strong, what
// is older pale, a head at the end, and a ring that runs out from it as an epoch ends.

import { Sheet, clip } from "./sheet.js";

const STRETCH_MS = 900; // what passed in them is strong,
const FEWEST = 14; // but no fewer points
const MOST = 60; // and no more
const BANDS = 7; // of a stretch, each stronger than the one before
const FAINT = 0.3; // of what is older
const STEADY = 0.6; // of all of it, where nothing is to fade
const WIDTH = { old: 1.1, stretch: 1.8 };
const DOTTED = 40; // points of a stretch that are seen one by one
const DOT = 2.2; // radius, as is
const HEAD = 5.5;
const SIDES = [["center", 0, -16], ["center", 0, 16], ["left", 12, 0], ["right", -12, 0], ["left", 12, 16]];
const FONT = "system-ui, sans-serif";
const PULSE = { ms: 550, radius: 24 };

export class Trails {
  // Of runs, each with all its points x and y, its epoch at each of them, its colour, and whether it
  // diverged; on axes, in a picture of this size. Nothing fades or pulses where all is calm.
  constructor(runs, axes, { width, height, scale }, { paper, calm }) {
    Object.assign(this, { axes, width, height, paper, calm });
    this.runs = runs.map((run) => ({ ...run, drawn: 0, past: [], old: new Sheet().fit(width, height, scale) }));
    this.sides = [...new Set(runs.map(({ name }) => name))];
    for (const run of this.runs) {
      clip(run.old.pen, axes);
      if (run.dash?.length) run.along = this.#along(run);
    }
  }

  // Draws so many points of each run: trails on one sheet, their heads on another.
  draw(counts, now, below, above) {
    this.runs.forEach((run, i) => this.#age(run, counts[i], now));
    for (const run of this.runs) below.lay(run.old, this.calm ? STEADY : FAINT);
    if (!this.calm) this.runs.forEach((run, i) => this.#stretch(below.pen, run, counts[i]));
    this.runs.forEach((run, i) => this.#head(above.pen, run, counts[i], now));
  }

  #at({ full }, i) {
    return [this.axes[0].pixel(full.x[i]), this.axes[1].pixel(full.y[i])];
  }

  // How far, in pixels, each of a run's points is along its line.
  #along(run) {
    let [before, length] = [this.#at(run, 0), 0];
    return Array.from(run.full.x, (_, i) => {
      const here = this.#at(run, i);
      length += Math.hypot(here[0] - before[0], here[1] - before[1]);
      before = here;
      return length;
    });
  }

  #line(pen, run, from, to) {
    if (run.dash?.length) {
      pen.setLineDash(run.dash);
      pen.lineDashOffset = run.along[from]; // parts of a line go on as it does
    }
    pen.beginPath();
    pen.moveTo(...this.#at(run, from));
    for (let i = from + 1; i < to; i += 1) pen.lineTo(...this.#at(run, i));
    pen.stroke();
  }

  // What has been drawn of a run's line stays; only what is new is added.
  #age(run, count, now) {
    if (count < run.drawn) {
      run.old.clear();
      Object.assign(run, { drawn: 0, past: [], pulse: undefined });
    }
    const { pen } = run.old;
    Object.assign(pen, { strokeStyle: run.colour, lineWidth: WIDTH.old, lineJoin: "round", lineCap: "round" });
    if (count > run.drawn) this.#line(pen, run, Math.max(run.drawn - 1, 0), count);
    const [before, after] = [run.drawn, count].map((n) => Math.floor(run.epoch[Math.max(n - 1, 0)]));
    if (run.drawn && after > before && !(now - run.pulse < PULSE.ms)) run.pulse = now;
    run.drawn = count;
    run.past.push([now, count]);
    while (run.past.length > 1 && run.past[1][0] <= now - STRETCH_MS) run.past.shift();
  }

  #stretch(pen, run, count) {
    const points = Math.min(Math.max(count - run.past[0][1], FEWEST), MOST, count);
    pen.save();
    clip(pen, this.axes);
    Object.assign(pen, { strokeStyle: run.colour, fillStyle: run.colour, lineWidth: WIDTH.stretch, lineJoin: "round", lineCap: "round" });
    for (let band = 1; band <= BANDS; band += 1) {
      const [from, to] = [band - 1, band].map((part) => count - points + Math.floor((points * part) / BANDS));
      pen.globalAlpha = band / BANDS;
      if (to > from) this.#line(pen, run, Math.max(from - 1, 0), to);
      for (let i = from; i < to && points <= DOTTED; i += 1) disc(pen, this.#at(run, i), DOT);
    }
    pen.restore();
  }

  #head(pen, run, count, now) {
    const [x, y] = this.#at(run, count - 1);
    pen.save();
    clip(pen, this.axes);
    const age = (now - run.pulse) / PULSE.ms;
    if (!this.calm && age < 1) {
      Object.assign(pen, { strokeStyle: run.colour, globalAlpha: 1 - age, lineWidth: 3 });
      pen.beginPath();
      pen.arc(x, y, HEAD + (PULSE.radius - HEAD) * age, 0, 2 * Math.PI);
      pen.stroke();
      pen.globalAlpha = 1;
    }
    if (run.diverged && count === run.full.x.length) cross(pen, [x, y], run.colour);
    else {
      Object.assign(pen, { fillStyle: run.colour, strokeStyle: this.paper, lineWidth: 1.5 });
      disc(pen, [x, y], HEAD);
      pen.stroke();
    }
    if (run.name) named(pen, run.name, this.sides.indexOf(run.name), [x, y], this.paper);
    pen.restore();
  }
}

export function disc(pen, [x, y], radius) {
  pen.beginPath();
  pen.arc(x, y, radius, 0, 2 * Math.PI);
  pen.fill();
}

// The name of a run's rule at its head, each rule's on a side of its own.
function named(pen, name, side, [x, y], paper) {
  const [textAlign, across, down] = SIDES[side];
  Object.assign(pen, { font: `13px ${FONT}`, textAlign, textBaseline: "middle", strokeStyle: paper, lineWidth: 3, lineJoin: "round" });
  pen.strokeText(name, x + across, y + down);
  pen.fillText(name, x + across, y + down);
}

function cross(pen, [x, y], colour) {
  Object.assign(pen, { strokeStyle: colour, lineWidth: 4 });
  pen.beginPath();
  for (const side of [-1, 1]) {
    pen.moveTo(x - HEAD, y - side * HEAD);
    pen.lineTo(x + HEAD, y + side * HEAD);
  }
  pen.stroke();
}
