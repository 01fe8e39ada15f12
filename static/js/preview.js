// While something moves: paths as lines on a canvas over the plane's figure, made of the same numbers
// as the cards, until the whole picture is drawn. Coarser than that, it says what it leaves out.

import { countUpTo } from "./arrays.js";
import { axes } from "./axes.js";
import { make } from "./elements.js";
import { lang, say } from "./words.js";

const WANDERING = { alpha: 0.2, width: 1 };
const WAY = { alpha: 0.85, width: 1.5 };
const DOTS = 120; // points: a line of more has no dots at them
const count = new Intl.NumberFormat(lang);

export class Preview {
  // `note` is where it says how coarse it is.
  constructor(plane, figure, note) {
    Object.assign(this, { plane, figure, note });
    this.canvas = make("canvas", { className: "preview", hidden: true });
    this.canvas.setAttribute("aria-hidden", "true");
    figure.after(this.canvas);
  }

  get on() {
    return !this.canvas.hidden;
  }

  // Takes the paths of one answer, of how many replicas these are the first, and where they were cut.
  load({ paths, request }, { replicas, cut }, { colours, names, dashes }) {
    Object.assign(this, { paths, colours, dashes, start: request.start });
    this.canvas.dataset.start = request.start.join(",");
    this.canvas.hidden = false;
    this.note.hidden = false;
    const { width, height } = this.plane.getBoundingClientRect();
    for (const [side, pixels] of Object.entries({ width, height })) {
      const dots = Math.round(pixels * devicePixelRatio);
      if (this.canvas[side] !== dots) this.canvas[side] = dots;
    }
    const most = paths.reduce((a, b) => (b.points.update.at(-1) > a.points.update.at(-1) ? b : a));
    const { update } = most.points;
    const drawn = { name: names[paths.indexOf(most)], points: count.format(update.length - 1), updates: count.format(update.at(-1)) };
    const cutShort = cut && update.at(-1) === cut;
    this.note.textContent = cutShort ? say("preview_cut", { updates: count.format(cut) }) : say(replicas > 1 ? "preview_of_replicas" : "preview", { ...drawn, replicas });
  }

  // Draws the same where the axes show another part.
  again() {
    if (this.on) this.mark(this.ends);
  }

  clear() {
    this.canvas.hidden = true;
    this.note.hidden = true;
  }

  // Draws each run's path up to its point number `counts[run]`.
  cut(counts) {
    this.counts = counts;
    this.mark(counts);
  }

  // Draws the paths as they were cut, and each run's end at its point number `counts[run]`.
  mark(counts) {
    this.ends = counts;
    const pen = this.canvas.getContext("2d");
    const [x, y] = axes(this.figure);
    const { color: ink, backgroundColor } = getComputedStyle(document.body);
    pen.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    pen.clearRect(0, 0, this.canvas.width, this.canvas.height);
    pen.save();
    pen.beginPath();
    pen.rect(x.start, y.start, x.length, y.length);
    pen.clip();
    pen.lineJoin = "round";
    this.paths.forEach(({ points, movement }, run) => {
      const to = this.counts[run];
      const way = movement.settled_at === null ? to : Math.min(to, countUpTo(points.update, movement.settled_at));
      pen.strokeStyle = pen.fillStyle = this.colours[run];
      pen.setLineDash(this.dashes[run] ?? []);
      const pixels = Array.from({ length: to }, (_, i) => [x.pixel(points.w0[i]), y.pixel(points.w1[i])]);
      if (way < to) line(pen, pixels, WANDERING);
      line(pen, pixels.slice(0, way), WAY);
    });
    pen.setLineDash([]);
    this.paths.forEach(({ points: { w0, w1 }, diverged }, run) => {
      const i = counts[run] - 1;
      const cross = diverged && counts[run] === w0.length;
      pen.fillStyle = this.colours[run];
      pen.strokeStyle = backgroundColor;
      end(pen, x.pixel(w0[i]), y.pixel(w1[i]), cross);
    });
    pen.strokeStyle = ink;
    pen.lineWidth = 2.5;
    pen.beginPath();
    pen.arc(x.pixel(this.start[0]), y.pixel(this.start[1]), 6.5, 0, 2 * Math.PI);
    pen.stroke();
    pen.restore();
  }
}

function line(pen, pixels, { alpha, width }) {
  pen.globalAlpha = alpha;
  pen.lineWidth = width;
  pen.beginPath();
  for (const at of pixels) pen.lineTo(...at);
  pen.stroke();
  if (pixels.length <= DOTS) {
    for (const [left, top] of pixels) pen.fillRect(left - 1.5, top - 1.5, 3, 3);
  }
  pen.globalAlpha = 1;
}

// The end of a path: a dot, or the cross of one that diverged.
function end(pen, left, top, cross) {
  pen.save();
  pen.translate(left, top);
  if (cross) pen.rotate(Math.PI / 4);
  pen.lineWidth = 1.5;
  pen.beginPath();
  if (cross) {
    pen.rect(-5.5, -2, 11, 4);
    pen.rect(-2, -5.5, 4, 11);
  } else pen.arc(0, 0, 5.5, 0, 2 * Math.PI);
  pen.stroke();
  pen.fill();
  pen.restore();
}
