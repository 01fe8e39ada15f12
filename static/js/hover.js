// What a pointer is over in one picture: the same moment is shown in all of them until it leaves.

const SLACK = 5e-7; // of a moment: figures carry it in single precision

export class Hover {
  // onMoment(moment) hears of a moment that is pointed at, onLeave() that none is.
  constructor(onMoment, onLeave) {
    Object.assign(this, { onMoment, onLeave });
    this.heard = new Set();
  }

  // Listens, once, to a plot that has been drawn. momentOf(point) gives undefined for what is no moment.
  listen(plot, momentOf) {
    if (this.heard.has(plot)) return;
    this.heard.add(plot);
    plot.on("plotly_hover", ({ points: [point] }) => {
      const moment = momentOf(point);
      if (moment !== undefined) this.#soon(() => this.onMoment(moment * (1 + SLACK)));
    });
    plot.on("plotly_unhover", () => this.#soon(this.onLeave));
  }

  // One repaint a frame, of what was last asked for.
  #soon(what) {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(what);
  }
}
