// The course of several runs, in what the loss is drawn against: their moments, and how a playhead
// moves over them.

import { countUpTo } from "./arrays.js";

// Places on an axis of the losses, whose start is 0 where it is logarithmic too.
const AXES = { linear: { even: (moment) => moment, back: (place) => place }, log: { even: Math.log1p, back: Math.expm1 } };
const POINTS = { updates: "update", epochs: "epoch", examples_seen: "examples_seen" }; // of an axis

export class Course {
  // Equal parts of the axis, `even` of a moment and `back`, take equally long.
  constructor(paths, unit, axis = "linear") {
    Object.assign(this, { paths, unit, ...AXES[axis] });
    this.gather();
  }

  // Moments are all that any run recorded.
  gather() {
    this.moments = [...new Set(this.paths.flatMap((path) => this.track(path)))].sort((a, b) => a - b);
  }

  get end() {
    return this.moments.at(-1);
  }

  track(path) {
    return path.points[POINTS[this.unit]];
  }

  counts(moment) {
    return this.paths.map((path) => countUpTo(this.track(path), moment));
  }

  // Where each run stands that has so many of its points behind it.
  places(counts) {
    return this.paths.map((path, run) => this.track(path)[counts[run] - 1]);
  }

  // How many updates a run has made, parts of one included; after its end it goes on as before.
  updates(run, moment) {
    const path = this.paths[run];
    return along(this.track(path), path.points.update, moment);
  }

  // The moment that is some seconds after another, at so many updates of a run a second, or in so
  // many seconds from start to end.
  later(moment, seconds, { rate, whole }, run) {
    if (whole) return this.back(this.even(moment) + (seconds / whole) * this.even(this.end));
    const path = this.paths[run];
    return along(path.points.update, this.track(path), this.updates(run, moment) + seconds * rate);
  }

  // How many updates a run makes until a moment, and how many of those its points have.
  passed(run, from, to) {
    const { update } = this.paths[run].points;
    const [first, last] = [from, to].map((moment) => countUpTo(this.track(this.paths[run]), moment) - 1);
    return { updates: update[last] - update[first], points: last - first };
  }

  // The first update that a run's points lack after one moment and not after another.
  missing(run, from, to) {
    const { update } = this.paths[run].points;
    const track = this.track(this.paths[run]);
    for (let i = countUpTo(track, from) - 1; i < update.length - 1 && track[i] <= to; i += 1) {
      if (update[i + 1] > update[i] + 1) return { update: update[i] + 1, after: track[i] };
    }
    return undefined;
  }
}

// Of two increasing arrays, both from 0, the value in one where the other has `value`.
function along(from, to, value) {
  const last = from.length - 1;
  if (value >= from[last]) return last ? (value / from[last]) * to[last] : value;
  const i = countUpTo(from, value) - 1;
  return to[i] + ((value - from[i]) / (from[i + 1] - from[i])) * (to[i + 1] - to[i]);
}
