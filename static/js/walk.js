// The runs of a network on their way through the plane, drawn on a canvas over the figure from its own
// numbers: trails and heads while they move, at a moment that is held the other runs' heads alone.

import { grown } from "./axes.js";
import { numbers } from "./arrays.js";
import { Sheet } from "./sheet.js";
import { Trails, disc } from "./trails.js";

const HEAD = 4.5; // radius of one that is held
const reduced = matchMedia("(prefers-reduced-motion: reduce)");

export class Walk {
  constructor(plot) {
    Object.assign(this, { plot, sheet: new Sheet() });
    new ResizeObserver(() => this.#draw()).observe(plot);
  }

  // So many of the points of each run, which are in this order, are past; `followed` has its own mark in the figure.
  show(batches, counts, { moving, followed }) {
    Object.assign(this, { batches, counts, moving, followed });
    this.#draw();
  }

  get #runs() {
    const paths = (this.plot.data ?? []).filter(({ meta }) => meta?.role === "path");
    return this.batches.map(({ batch_size: size, optimizer, title, epoch, final: [{ diverged_at: diverged }] }) => {
      const path = paths.find(({ meta }) => meta.batch_size === size && meta.optimizer === optimizer);
      return path && { full: { x: numbers(path.x), y: numbers(path.y) }, colour: path.line.color, dash: path.meta.dash, name: title, epoch, diverged };
    });
  }

  #draw() {
    const { plot, sheet, batches } = this;
    if (!batches || !plot.querySelector(".nsewdrag")) return;
    const runs = this.#runs;
    const whole = runs.every((run) => run); // else the picture is of other runs
    const counts = this.counts.map((count, i) => Math.min(count, runs[i]?.full.x.length));
    const ended = counts.every((count, i) => count === runs[i]?.full.x.length);
    const shown = whole && (this.moving || !ended);
    plot.classList.toggle("moving", Boolean(whole && this.moving));
    sheet.canvas.hidden = !shown;
    if (!shown) return void (this.trails = undefined);
    if (!sheet.canvas.isConnected) plot.append(sheet.canvas);
    if (this.moving) this.#trail(runs, counts);
    else this.#hold(runs, counts);
  }

  #trail(runs, counts) {
    const size = { width: this.plot.clientWidth, height: this.plot.clientHeight };
    const key = JSON.stringify([size, this.plot.layout.xaxis.range, this.plot.layout.yaxis.range, devicePixelRatio]);
    if (this.trails?.key !== key || this.trails.data !== this.plot.data) {
      const style = { paper: getComputedStyle(document.body).backgroundColor, calm: reduced.matches };
      this.trails = { key, data: this.plot.data, made: new Trails(runs, grown(this.plot), size, style) };
    }
    this.sheet.fit(size.width, size.height);
    this.trails.made.draw(counts, performance.now(), this.sheet, this.sheet);
  }

  #hold(runs, counts) {
    this.trails = undefined;
    const [across, up] = grown(this.plot);
    const { pen } = this.sheet.fit(this.plot.clientWidth, this.plot.clientHeight);
    runs.forEach(({ full, colour }, i) => {
      if (i === this.followed) return;
      Object.assign(pen, { fillStyle: colour, strokeStyle: getComputedStyle(document.body).backgroundColor, lineWidth: 1.5 });
      disc(pen, [across.pixel(full.x[counts[i] - 1]), up.pixel(full.y[counts[i] - 1])], HEAD);
      pen.stroke();
    });
  }
}
