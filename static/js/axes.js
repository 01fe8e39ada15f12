// Where the axes of a flat figure lie in its element. Plotly has no public way to ask, but its layout
// is public and says it: margins that do not grow, the part of the rest that an axis takes, its range.

class Axis {
  // `length` is negative where values grow upwards.
  constructor(start, length, range) {
    Object.assign(this, { start, length, range });
  }

  pixel(value) {
    const [low, high] = this.range;
    return this.start + (this.length * (value - low)) / (high - low);
  }

  // The nearest value on the axis.
  value(pixel) {
    const [low, high] = this.range;
    const share = Math.min(Math.max((pixel - this.start) / this.length, 0), 1);
    return low + share * (high - low);
  }

  // A value as fine as the picture: to a thousandth of the axis.
  fine(value) {
    const [low, high] = this.range;
    return Number(value.toFixed(Math.min(Math.max(0, 3 - Math.floor(Math.log10(high - low))), 100)));
  }
}

export function axes({ layout: { margin, xaxis, yaxis, width, height }, clientWidth, clientHeight }) {
  const [l, r, t, b] = [margin.l, margin.r, margin.t, margin.b].map(Math.round); // as Plotly does
  const across = (width ?? clientWidth) - l - r;
  const down = (height ?? clientHeight) - t - b;
  const [left, right] = xaxis.domain ?? [0, 1];
  const [bottom, top] = yaxis.domain ?? [0, 1];
  return [
    new Axis(l + left * across, (right - left) * across, xaxis.range),
    new Axis(t + (1 - bottom) * down, (bottom - top) * down, yaxis.range),
  ];
}

// The same of a figure whose margins grow with its labels: where its pointer counts, it is drawn.
export function grown(figure) {
  const { left: from, top: above } = figure.getBoundingClientRect();
  const { left, top, width, height } = figure.querySelector(".nsewdrag").getBoundingClientRect();
  const { xaxis, yaxis } = figure.layout;
  return [new Axis(left - from, width, xaxis.range), new Axis(top - above + height, -height, yaxis.range)];
}
