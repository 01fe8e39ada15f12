// The pictures while they play: canvases over the figures, which are hidden as far as they move. At
// rest the figures themselves are seen.

import { axes, grown } from "./axes.js";
import { Curves } from "./curves.js";
import { Sheet } from "./sheet.js";
import { MOVING, NONE } from "./stage.js";
import { Trails } from "./trails.js";

const reduced = matchMedia("(prefers-reduced-motion: reduce)");

export class Motion {
  constructor(stage, loss) {
    Object.assign(this, { stage, loss });
    this.sheets = { below: new Sheet(), above: new Sheet(), loss: new Sheet() };
    // The surface's marks lie over the trails and below their heads.
    stage.paths.before(this.sheets.below.canvas);
    stage.paths.after(this.sheets.above.canvas);
  }

  // Draws a moment of the runs, so many of whose points are past; in three dimensions the scene does.
  draw({ paths }, { counts, places, moment, now }) {
    if (this.stage.flat) {
      this.trails = this.#kept(this.trails, this.stage.paths, paths, ["below", "above"], (size) =>
        new Trails(this.stage.runs(paths), axes(this.stage.paths), size, {
          paper: getComputedStyle(document.body).backgroundColor, calm: reduced.matches }));
      this.trails.made.draw(counts, now, this.sheets.below, this.sheets.above);
    } else this.stage.cut(counts, false);
    if (!this.sheets.loss.canvas.isConnected) this.loss.append(this.sheets.loss.canvas);
    this.curves = this.#kept(this.curves, this.loss, paths, ["loss"], (size) =>
      new Curves(this.loss, paths.length, grown(this.loss), size));
    this.curves.made.draw(places, moment, this.sheets.loss, this.loss.layout.font.color);
    if (this.moving) return;
    this.moving = true;
    this.#veil();
  }

  rest() {
    if (!this.moving) return;
    this.moving = false;
    this.trails = this.curves = undefined;
    for (const { canvas } of Object.values(this.sheets)) canvas.hidden = true;
    this.#veil();
  }

  // Figures that have been drawn anew are seen again.
  renewed() {
    if (this.moving) this.#veil();
  }

  #veil() {
    this.stage.veil(this.moving ? MOVING : NONE);
    const { loss, moving } = this;
    loss.classList.toggle("moving", moving);
    if (moving && loss.layout.shapes?.length) Plotly.relayout(loss, { shapes: [] });
    Plotly.restyle(loss, { opacity: moving ? 0 : 1 });
  }

  // What is drawn on these sheets, made anew if the figure has changed; the sheets are empty.
  #kept(old, figure, paths, names, make) {
    const { xaxis, yaxis } = figure.layout;
    const size = { width: figure.clientWidth, height: figure.clientHeight };
    const key = JSON.stringify([xaxis.range, yaxis.range, xaxis.domain, yaxis.domain, size, devicePixelRatio]);
    const sheets = names.map((name) => this.sheets[name]);
    const same = old?.key === key && old.paths === paths && old.data === figure.data;
    for (const sheet of sheets) {
      if (same) sheet.clear();
      else sheet.fit(size.width, size.height);
      sheet.canvas.hidden = false;
    }
    return same ? old : { key, paths, data: figure.data, made: make(size) };
  }
}
