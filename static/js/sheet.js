// A canvas that covers an element, in its pixels and as fine as the screen is.

import { make } from "./elements.js";

export class Sheet {
  constructor() {
    this.canvas = make("canvas", { className: "sheet", hidden: true });
    this.canvas.setAttribute("aria-hidden", "true");
    this.pen = this.canvas.getContext("2d");
  }

  // An empty sheet of that size.
  fit(width, height, scale = window.devicePixelRatio) {
    Object.assign(this, { width, height });
    Object.assign(this.canvas, { width: Math.round(width * scale), height: Math.round(height * scale) });
    this.pen.scale(this.canvas.width / width, this.canvas.height / height);
    return this;
  }

  clear() {
    this.pen.clearRect(0, 0, this.width, this.height);
  }

  // Another sheet of the same size, or the part of it between two abscissas.
  lay({ canvas }, alpha = 1, from = 0, to = this.width) {
    if (to <= from) return;
    const scale = canvas.width / this.width;
    this.pen.globalAlpha = alpha;
    this.pen.drawImage(canvas, from * scale, 0, (to - from) * scale, canvas.height, from, 0, to - from, this.height);
    this.pen.globalAlpha = 1;
  }
}

// Everything is drawn within the rectangle of two axes from now on.
export function clip(pen, axes) {
  const [[left, right], [top, bottom]] = axes.map(({ start, length }) => [start, start + length]);
  pen.beginPath();
  pen.rect(left, top, right - left, bottom - top);
  pen.clip();
}
