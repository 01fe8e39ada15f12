// The playhead: a moment of the run, counted in what the loss is drawn against.

import { countUpTo } from "./arrays.js";
import { say } from "./words.js";

const WHOLE_RUN_MS = 12000; // at speed 1

export class Player {
  // onMissing(run, update) adds updates to a path that was thinned; it tells whether it could.
  constructor({ play, update, epoch, scrub, speed }, onMoment, onMissing) {
    Object.assign(this, { play, update, epoch, scrub, speed, onMoment, onMissing });
    this.followed = 0;
    this.steps = Promise.resolve();
    play.addEventListener("click", () => (this.timer ? this.stop() : this.start()));
    update.addEventListener("click", () => this.#step((points, i) => points.update[i] + 1));
    epoch.addEventListener("click", () => // the end of every epoch is recorded
      this.#step((points, i) => points.update[countUpTo(points.epoch, Math.floor(points.epoch[i]) + 1) - 1]));
    scrub.addEventListener("input", () => {
      this.stop();
      this.#show(Number(scrub.value));
    });
  }

  // Moments are all that any run recorded. A playhead at the end stays at the end.
  // Before the moment is shown, onFollowed(run) hears which run is followed now.
  load(paths, unit, onFollowed) {
    const atEnd = !this.moments || this.frame >= this.moments.length - 1;
    const moment = this.moments?.[this.frame] ?? 0;
    const sameUnit = this.unit === unit;
    this.paths = paths;
    this.unit = unit;
    this.#gather();
    this.followed = Math.min(this.followed, paths.length - 1);
    onFollowed(this.followed);
    const frame = atEnd || !sameUnit ? this.moments.length - 1 : countUpTo(this.moments, moment) - 1;
    this.#show(Math.max(0, frame));
  }

  follow(run) {
    this.followed = run;
    this.#show(this.frame);
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

  // Another moment is pointed at, without a change of the playhead; undefined brings that back.
  peek(moment) {
    if (this.timer) return;
    if (moment !== undefined) this.onMoment({ moment, counts: this.#counts(moment), ended: false, peeked: true });
    else if (this.peeked) this.#show(this.frame);
    this.peeked = moment !== undefined;
  }

  // When a run came to an update, in what the loss is drawn against.
  at(run, update) {
    const path = this.paths[run];
    return this.#track(path)[countUpTo(path.points.update, update) - 1];
  }

  #counts(moment) {
    return this.paths.map((path) => countUpTo(this.#track(path), moment));
  }

  #track(path) {
    return path.points[{ updates: "update", epochs: "epoch", examples_seen: "examples_seen" }[this.unit]];
  }

  #gather() {
    this.moments = [...new Set(this.paths.flatMap((path) => this.#track(path)))].sort((a, b) => a - b);
    this.scrub.max = this.moments.length - 1;
  }

  // Forward to an update of the followed run; from the end, again from the beginning. One step is
  // made after the other, and none on another picture than it was asked for.
  #step(next) {
    this.stop();
    const { paths } = this;
    this.steps = this.steps.then(async () => {
      if (paths !== this.paths) return;
      const path = paths[this.followed];
      const { points } = path;
      const here = this.frame >= this.moments.length - 1 ? 0 : countUpTo(this.#track(path), this.moments[this.frame]) - 1;
      const update = Math.min(next(points, here), points.update.at(-1));
      if (points.update[countUpTo(points.update, update) - 1] !== update) {
        const added = await this.onMissing(this.followed, update);
        if (!added || paths !== this.paths) return;
        this.#gather();
      }
      this.#show(countUpTo(this.moments, this.#track(path)[countUpTo(points.update, update) - 1]) - 1);
    });
  }

  #show(frame) {
    this.frame = frame;
    this.scrub.value = frame;
    const moment = this.moments[frame];
    this.onMoment({ moment, counts: this.#counts(moment), ended: frame >= this.moments.length - 1 });
  }
}
