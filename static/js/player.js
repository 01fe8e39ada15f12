// The playhead: a moment of the runs, counted in what the loss is drawn against.

import { countUpTo } from "./arrays.js";
import { byId } from "./elements.js";
import { say } from "./words.js";

const SECOND = 1e3; // in ms
const SAID_MS = 500; // between two sentences on the pace

export class Player {
  // `most` updates of a run are filled in a second. onMissing(run, update, back) adds updates to a path
  // that was thinned, up to that one or from it on; it tells whether it could. onPace hears, while it
  // plays, how many updates of the followed run a frame stood for, and how many of them were drawn.
  constructor(most, { onMoment, onMissing, onPace }) {
    const [play, update, epoch, scrub, speed] = ["play", "one-update", "one-epoch", "scrub", "speed"].map(byId);
    Object.assign(this, { play, scrub, speed, most, onMoment, onMissing, onPace });
    this.followed = 0;
    this.steps = Promise.resolve();
    this.asking = new Set(); // runs that are being filled
    play.addEventListener("click", () => this.toggle());
    update.addEventListener("click", () => this.step(1, true));
    epoch.addEventListener("click", () => // the end of every epoch is recorded
      this.#step((points, i) => points.update[countUpTo(points.epoch, Math.floor(points.epoch[i]) + 1) - 1], true));
    scrub.addEventListener("input", () => {
      this.stop();
      this.#show(Number(scrub.value));
    });
  }

  // A playhead at the end stays at the end. Before the moment is shown, onFollowed(run) hears which
  // run is followed now.
  load(course, onFollowed) {
    const [atEnd, moment] = [!this.course || this.#ended, this.moments?.[this.frame] ?? 0];
    const sameUnit = this.course?.unit === course.unit;
    this.course = course;
    this.#gathered();
    this.followed = Math.min(this.followed, course.paths.length - 1);
    onFollowed(this.followed);
    const frame = atEnd || !sameUnit ? this.moments.length - 1 : countUpTo(this.moments, moment) - 1;
    this.#show(Math.max(0, frame));
    this.exact = this.moments[this.frame];
  }

  follow(run) {
    this.followed = run;
    this.#show(this.frame);
  }

  toggle() {
    return this.timer ? this.pause() : this.start();
  }

  get playing() {
    return Boolean(this.timer);
  }

  start() {
    if (this.#ended) this.frame = 0;
    this.#pressed(true);
    this.exact = this.moments[this.frame];
    const said = { frames: 0, updates: 0, points: 0 };
    let last; // a frame's own time may lie before the click
    const tick = (now) => {
      this.timer = requestAnimationFrame(tick);
      const before = this.exact;
      const to = this.course.later(before, (now - (last ?? now)) / SECOND, this.#speed, this.followed);
      last = now;
      this.exact = this.#filled(Math.min(to, this.course.end));
      const passed = this.course.passed(this.followed, before, this.exact);
      this.#pace(said, passed, now);
      const frame = countUpTo(this.moments, this.exact) - 1;
      if (frame >= this.moments.length - 1) this.stop();
      this.#show(frame, now);
    };
    this.timer = requestAnimationFrame(tick);
    this.#show(this.frame);
  }

  stop() {
    cancelAnimationFrame(this.timer);
    this.timer = undefined;
    this.#pressed(false);
    this.onPace();
  }

  // To a moment that is held: at rest the picture is drawn otherwise than in motion.
  pause(frame = this.frame) {
    this.stop();
    this.#show(frame);
  }

  toEnd() {
    this.pause(this.moments.length - 1);
  }

  // On by an update of the followed run, or back by one.
  step(by, around = false) {
    this.#step((points, i) => points.update[i] + by, around);
  }

  // Another moment is pointed at, without a change of the playhead; undefined brings that back.
  peek(moment) {
    if (this.timer) return;
    if (moment !== undefined) this.onMoment({ moment, counts: this.course.counts(moment), ended: false, peeked: true });
    else if (this.peeked) this.#show(this.frame);
    this.peeked = moment !== undefined;
  }

  // When a run came to an update, in what the loss is drawn against.
  at(run, update) {
    const path = this.course.paths[run];
    return this.course.track(path)[countUpTo(path.points.update, update) - 1];
  }

  get moments() {
    return this.course?.moments;
  }

  get #ended() {
    return this.frame >= this.moments.length - 1;
  }

  get #speed() {
    const { rate, whole } = this.speed.selectedOptions[0].dataset;
    return { rate: Number(rate), whole: Number(whole) };
  }

  #pressed(pressed) {
    this.play.textContent = say(pressed ? "pause" : "play");
    this.play.setAttribute("aria-pressed", pressed);
  }

  #gathered() {
    this.course.gather();
    this.scrub.max = this.moments.length - 1;
  }

  // How far the playhead may go: runs that make few enough updates a second are filled before it
  // comes there, and if that takes too long, it waits.
  #filled(moment) {
    const soon = this.course.later(moment, 1, this.#speed, this.followed);
    return this.course.paths.reduce((until, path, run) => {
      if (this.course.passed(run, moment, soon).updates > this.most) return until;
      const gap = this.course.missing(run, this.exact, soon);
      if (gap) this.#fill(run, gap.update);
      return gap ? Math.min(until, Math.max(gap.after, this.exact)) : until;
    }, moment);
  }

  async #fill(run, update) {
    if (this.asking.has(run)) return;
    this.asking.add(run);
    const { course } = this;
    const added = await this.onMissing(run, update);
    this.asking.delete(run);
    if (course === this.course && added) this.#gathered();
    else if (course === this.course && this.timer) this.pause();
  }

  #pace(said, { updates, points }, now) {
    said.since ??= now;
    said.frames += 1;
    said.updates += updates;
    said.points += points;
    if (now - said.since < SAID_MS) return;
    this.onPace({ updates: said.updates / said.frames, points: said.points / said.frames });
    Object.assign(said, { since: now, frames: 0, updates: 0, points: 0 });
  }

  // To an update of the followed run; on from the end is again from the beginning, where that is
  // asked for. One step is made after the other, and none on another picture than it was asked for.
  #step(next, around) {
    if (this.timer) this.pause();
    const { course } = this;
    this.steps = this.steps.then(async () => {
      if (course !== this.course) return;
      const path = course.paths[this.followed];
      const { points } = path;
      const here = around && this.#ended ? 0 : countUpTo(course.track(path), this.moments[this.frame]) - 1;
      const update = Math.min(Math.max(next(points, here), 0), points.update.at(-1));
      if (points.update[countUpTo(points.update, update) - 1] !== update) {
        const added = await this.onMissing(this.followed, update, update < points.update[here]);
        if (!added || course !== this.course) return;
        this.#gathered();
      }
      this.#show(countUpTo(this.moments, course.track(path)[countUpTo(points.update, update) - 1]) - 1);
    });
  }

  // `now` is the time of a frame, while it plays.
  #show(frame, now = this.timer && performance.now()) {
    this.frame = frame;
    this.scrub.value = frame;
    const moment = this.moments[frame];
    if (!this.timer) this.exact = moment;
    const ended = frame >= this.moments.length - 1;
    const counts = this.course.counts(moment);
    this.onMoment({ moment, counts, places: this.course.places(counts), ended, now: this.timer && now });
  }
}
