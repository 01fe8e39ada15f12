// The playhead: a moment of the run, counted in what the loss is drawn against.

import { countUpTo } from "./arrays.js";
import { say } from "./words.js";

const WHOLE_RUN_MS = 12000; // at speed 1

export class Player {
  constructor({ play, update, epoch, scrub, speed }, onMoment) {
    Object.assign(this, { play, update, epoch, scrub, speed, onMoment });
    this.followed = 0;
    play.addEventListener("click", () => (this.timer ? this.stop() : this.start()));
    update.addEventListener("click", () => this.#step((points, n) => n));
    epoch.addEventListener("click", () =>
      this.#step((points, n) => countUpTo(points.epoch, Math.floor(points.epoch[n - 1]) + 1) - 1));
    scrub.addEventListener("input", () => {
      this.stop();
      this.#show(Number(scrub.value));
    });
  }

  // Moments are all that any run recorded. A playhead at the end stays at the end.
  load(paths, unit) {
    const atEnd = !this.moments || this.frame >= this.moments.length - 1;
    const moment = this.moments?.[this.frame] ?? 0;
    const sameUnit = this.unit === unit;
    this.paths = paths;
    this.unit = unit;
    this.moments = [...new Set(paths.flatMap((path) => this.#track(path)))].sort((a, b) => a - b);
    this.scrub.max = this.moments.length - 1;
    this.followed = Math.min(this.followed, paths.length - 1);
    const frame = atEnd || !sameUnit ? this.moments.length - 1 : countUpTo(this.moments, moment) - 1;
    this.#show(Math.max(0, frame));
  }

  follow(run) {
    this.followed = run;
  }

  start() {
    if (this.frame >= this.moments.length - 1) this.#show(0);
    this.play.textContent = say("pause");
    this.play.setAttribute("aria-pressed", "true");
    let last; // a frame's own time may lie before the click
    let exact = this.frame;
    const tick = (now) => {
      exact += ((now - (last ?? now)) / WHOLE_RUN_MS) * this.speed.value * (this.moments.length - 1);
      last = now;
      const frame = Math.min(Math.floor(exact), this.moments.length - 1);
      if (frame !== this.frame) this.#show(frame);
      if (frame >= this.moments.length - 1) this.stop();
      else this.timer = requestAnimationFrame(tick);
    };
    this.timer = requestAnimationFrame(tick);
  }

  stop() {
    cancelAnimationFrame(this.timer);
    this.timer = undefined;
    this.play.textContent = say("play");
    this.play.setAttribute("aria-pressed", "false");
  }

  #track(path) {
    return path.points[{ updates: "update", epochs: "epoch", examples_seen: "examples_seen" }[this.unit]];
  }

  // Forward to a point of the followed run; from the end, again from the beginning.
  #step(next) {
    this.stop();
    const path = this.paths[this.followed];
    const track = this.#track(path);
    const n = this.frame >= this.moments.length - 1 ? 1 : countUpTo(track, this.moments[this.frame]);
    const target = Math.min(next(path.points, n), track.length - 1);
    this.#show(countUpTo(this.moments, track[target]) - 1);
  }

  #show(frame) {
    this.frame = frame;
    this.scrub.value = frame;
    const moment = this.moments[frame];
    const counts = this.paths.map((path) => countUpTo(this.#track(path), moment));
    this.onMoment({ moment, counts, ended: frame >= this.moments.length - 1 });
  }
}
