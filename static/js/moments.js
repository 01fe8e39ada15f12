// A moment of a network's runs: a slider over what was recorded, and a card a batch size.

import { byId } from "./elements.js";
import { lang, say } from "./words.js";

const SECOND = 1e3; // in ms

const whole = new Intl.NumberFormat(lang);
const fine = new Intl.NumberFormat(lang, { maximumSignificantDigits: 3 });
const share = new Intl.NumberFormat(lang, { style: "percent", maximumFractionDigits: 1 });
const epochs = new Intl.NumberFormat(lang, { maximumFractionDigits: 2 });
const TEXTS = {
  train_loss: ({ train_loss: { replicas: [values] } }, k) => number(values[k], fine),
  test_accuracy: ({ test_accuracy: { replicas: [values] } }, k) => number(values[k], share),
  update: ({ update }, k) => whole.format(update[k]),
  epoch: ({ epoch }, k) => epochs.format(epoch[k]),
  examples_seen: ({ examples_seen }, k) => whole.format(examples_seen[k]),
};

const number = (value, format) => (value === null ? say("diverged") : format.format(value));

export class Moments {
  // onHeld(chosen) hears of a moment that is held, onMoved(chosen) of one on the way to it, which may
  // be answered late: the next one is said when that is done.
  constructor(onHeld, onMoved) {
    const [play, scrub, group, sample] = ["play", "scrub", "cards", "card"].map(byId);
    Object.assign(this, { play, scrub, group, sample, onHeld, onMoved });
    this.followed = 0;
    play.addEventListener("click", () => (this.timer ? this.#stop(true) : this.#start()));
    scrub.addEventListener("input", () => {
      this.#stop(false);
      this.#show();
      this.#move();
    });
    scrub.addEventListener("change", () => this.#hold());
    group.addEventListener("click", ({ target }) => { // anywhere on a card
      if (!target.closest("label")) target.closest(".card")?.querySelector("input").click();
    });
    group.addEventListener("change", ({ target }) => {
      this.followed = Number(target.value);
      this.#hold();
    });
  }

  // The runs, and which moment of which is chosen: an update, NaN for the end, and a batch size.
  load(batches, examples, moment, followed) {
    Object.assign(this, { batches, examples });
    this.followed = Math.max(0, batches.findIndex(({ batch_size: size }) => size === followed));
    const { update } = batches[this.followed];
    const last = update.length - 1;
    this.scrub.max = last;
    const before = Number.isNaN(moment) ? last : update.findLastIndex((each) => each <= moment);
    if (!this.timer) this.scrub.value = before;
    if (this.group.children.length !== batches.length) this.group.replaceChildren(...batches.map((_, run) => this.#card(run)));
    batches.forEach(({ batch_size: size }, run) => {
      const card = this.group.children[run];
      card.querySelector("label span").textContent = size === examples ? say("size_full", { size: whole.format(size) }) : say("size", { size: whole.format(size) });
      card.querySelector("input").checked = run === this.followed;
    });
    this.#show();
  }

  // The colour of each batch size.
  colours(colours) {
    this.batches.forEach(({ batch_size: size }, run) => this.group.children[run].style.setProperty("--colour", colours.get(size)));
  }

  get #chosen() {
    const { update, batch_size: size } = this.batches[this.followed];
    const k = Number(this.scrub.value);
    return { moment: k === update.length - 1 ? "" : String(update[k]), followed: this.followed ? String(size) : "" };
  }

  #card(run) {
    const card = this.sample.content.cloneNode(true).firstElementChild;
    card.querySelector("input").value = run;
    return card;
  }

  #show() {
    const along = Number(this.scrub.value) / Number(this.scrub.max || 1);
    this.batches.forEach((batch, run) => {
      const k = Math.round(along * (batch.update.length - 1));
      for (const [fact, text] of Object.entries(TEXTS)) this.group.children[run].querySelector(`[data-fact=${fact}]`).textContent = text(batch, k);
    });
  }

  #hold() {
    this.moved = undefined;
    this.onHeld(this.#chosen);
  }

  // One is under way at a time, and the newest goes next.
  async #move() {
    this.moved = this.#chosen;
    if (this.moving) return;
    this.moving = true;
    while (this.moved) {
      const next = this.moved;
      this.moved = undefined;
      await this.onMoved(next);
    }
    this.moving = false;
  }

  #start() {
    const last = Number(this.scrub.max);
    if (Number(this.scrub.value) === last) this.scrub.value = 0;
    const from = Number(this.scrub.value);
    const pace = last / (Number(this.play.dataset.seconds) * SECOND); // recorded updates a ms
    let begun;
    const tick = (now) => {
      begun ??= now;
      const k = Math.min(last, Math.floor(from + (now - begun) * pace));
      this.timer = requestAnimationFrame(tick);
      if (k !== Number(this.scrub.value) || k === from) {
        this.scrub.value = k;
        this.#show();
        this.#move();
      }
      if (k === last) this.#stop(true);
    };
    this.timer = requestAnimationFrame(tick);
    this.#pressed(true);
  }

  #stop(held) {
    if (!this.timer) return;
    cancelAnimationFrame(this.timer);
    this.timer = undefined;
    this.#pressed(false);
    if (held) this.#hold();
  }

  #pressed(pressed) {
    this.play.textContent = say(pressed ? "pause" : "play");
    this.play.setAttribute("aria-pressed", pressed);
  }
}
