// The ground below the paths: the surface's contour, the whole of it or the part that a lens shows.

const STILL = { displayModeBar: false, staticPlot: true };

export class Ground {
  // ask(part) gives the figure of a part of the surface.
  constructor(plot, lens, ask) {
    Object.assign(this, { plot, lens, ask });
  }

  // The figure to draw: that of a part as long as it covers what is seen.
  choose(whole = this.whole) {
    if (this.whole !== whole || !this.#covers()) this.part = undefined; // of another surface, or in other colours
    this.whole = whole;
    this.figure = this.part?.figure ?? whole;
  }

  #covers() {
    return this.part?.extent.every(([low, high], i) => low <= this.lens.ranges[i][0] && this.lens.ranges[i][1] <= high);
  }

  // Its margin has the colour bar.
  get margin() {
    return this.figure.layout.margin;
  }

  // Draws it with the axes of what lies over it, tied to one scale if those are, and not drawn twice.
  async draw(over) {
    const { figure, lens } = this;
    if (this.drawn !== figure) {
      this.drawn = figure;
      const [xaxis, yaxis] = ["xaxis", "yaxis"].map((axis, i) => ({ ...over[axis], range: [...lens.ranges[i]], visible: false }));
      await Plotly.react(this.plot, [figure.data[0]], { ...figure.layout, xaxis, yaxis }, STILL);
    }
    await aim(this.plot, lens);
  }

  // Asks for the part that is seen, as fine as the whole, and tells whether there is one now; the coarse
  // one stays where that fails.
  async refine() {
    const { whole, lens } = this;
    const { around: extent, ranges } = lens;
    const figure = await this.ask(extent.flat().join(",")).catch(() => undefined);
    if (!figure || whole !== this.whole || ranges !== lens.ranges) return false;
    this.part = { figure, extent };
    return true;
  }
}

// Has a figure show what the lens does. Of two axes that share a scale, Plotly may hold one to a wider
// range of an earlier picture.
export async function aim(plot, { ranges: [x, y] }, margin = plot.layout.margin) {
  const { xaxis, yaxis } = plot.layout;
  if (String([xaxis.range, yaxis.range]) === String([x, y]) && margin.r === plot.layout.margin.r) return;
  await Plotly.relayout(plot, { "xaxis.range": [...x], "yaxis.range": [...y], margin });
}
