// A moment of a network's runs: a slider over what was recorded, and a card a batch size.

import { countUpTo } from "./arrays.js";
import { byId, dashed } from "./elements.js";
import { lang, say } from "./words.js";

const SECOND = 1e3; // in ms

const whole = new Intl.NumberFormat(lang);
const fine = new Intl.NumberFormat(lang, { maximumSignificantDigits: 3 });
const share = new Intl.NumberFormat(lang, { style: "percent", maximumFractionDigits: 1 });
const epochs = new Intl.NumberFormat(lang, { maximumFractionDigits: 2 });
const TEXTS = {
  train_loss: ({ train_loss: { replicas: [values] } }, k) => number(values[k], fine),
  test_accuracy: ({ test_accuracy: { replicas: [values] } }, k) => number(values[k], share),
  update: (batch, k) => whole.format(come(batch, k).update),
  epoch: (batch, k) => epochs.format(come(batch, k).epoch),
  examples_seen: (batch, k) => whole.format(come(batch, k).examples_seen),
};

// How far a run has come at a recorded point: one that has diverged goes no further.
function come({ update, epoch, examples_seen, final: [end] }, k) {
  const diverged = end.diverged && update[k] >= end.diverged_at;
  return diverged ? { ...end, update: end.diverged_at } : { update: update[k], epoch: epoch[k], examples_seen: examples_seen[k] };
}

const number = (value, format) => (value === null ? say("diverged") : format.format(value));

export class Moments {
  // onHeld(chosen) hears of a moment that is held, onMoved(chosen) of one on the way to it, which may
  // be answered late: the next one is said when that is done. onShown(batches, counts, how) hears of
  // each, and how many of the points of each run are past.
  constructor(onHeld, onMoved, onShown) {
    const [play, scrub, group, sample] = ["play", "scrub", "cards", "card"].map(byId);
    Object.assign(this, { play, scrub, group, sample, onHeld, onMoved, onShown });
    this.followed = 0;
    this.passing = false; // from one moment to another
    play.addEventListener("click", () => (this.timer ? this.#stop(true) : this.#start()));
    scrub.addEventListener("input", () => {
      this.#stop(false);
      this.passing = true;
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

  // The runs, and which moment of which is chosen: an update, "" for the end, a batch size, which may be
  // what the link calls the full batch, and an update rule; "" for the first ones.
  load(batches, { examples, moment, followed, rule, full }) {
    Object.assign(this, { batches, examples, full });
    const chosen = followed === full ? examples : Number(followed || batches[0].batch_size);
    const whose = rule || batches[0].optimizer;
    this.followed = Math.max(0, batches.findIndex(({ batch_size: size, optimizer }) => size === chosen && optimizer === whose));
    const { update } = this.run;
    const last = update.length - 1;
    this.scrub.max = last;
    const before = moment ? update.findLastIndex((each) => each <= Number(moment)) : last;
    if (!this.timer) this.scrub.value = before;
    if (this.group.children.length !== batches.length) this.group.replaceChildren(...batches.map((_, run) => this.#card(run)));
    batches.forEach(({ batch_size, title }, run) => {
      const card = this.group.children[run];
      const size = say(batch_size === examples ? "size_full" : "size", { size: whole.format(batch_size) });
      card.querySelector("label span").textContent = title ? say("size_of_rule", { rule: title, size }) : size;
      card.querySelector("input").checked = run === this.followed;
    });
    this.#show();
  }

  // The colour of each batch size, and the strokes and gaps of each rule's lines.
  paint(colours, dashes) {
    this.batches.forEach(({ batch_size: size, optimizer }, run) => {
      const card = this.group.children[run];
      card.style.setProperty("--colour", colours.get(size));
      const sample = card.querySelector(".sample");
      sample.hidden = !dashes.has(optimizer);
      dashed(sample, dashes.get(optimizer));
    });
  }

  // The run that is followed.
  get run() {
    return this.batches[this.followed];
  }

  get #chosen() {
    const [{ batch_size: first, optimizer: rule }, { update, batch_size: size, optimizer }] = [this.batches[0], this.run];
    const k = Number(this.scrub.value);
    return {
      moment: k === update.length - 1 ? "" : String(update[k]),
      followed: size === first ? "" : size === this.examples ? this.full : String(size),
      followed_optimizer: optimizer === rule ? "" : optimizer,
    };
  }

  #card(run) {
    const card = this.sample.content.cloneNode(true).firstElementChild;
    card.querySelector("input").value = run;
    return card;
  }

  #show() {
    const { update: mine } = this.run;
    const along = mine[Number(this.scrub.value)] / mine.at(-1);
    const places = this.batches.map(({ update }) => countUpTo(update, along * update.at(-1)) - 1);
    this.batches.forEach((batch, run) => {
      for (const [fact, text] of Object.entries(TEXTS)) this.group.children[run].querySelector(`[data-fact=${fact}]`).textContent = text(batch, places[run]);
    });
    this.scrub.setAttribute("aria-valuetext", say("at_update", { update: whole.format(mine[places[this.followed]]) }));
    this.onShown(this.batches, places.map((k) => k + 1), { moving: this.passing, followed: this.followed });
  }

  // The same again, over a figure that has been drawn anew.
  again() {
    if (this.batches) this.#show();
  }

  #hold() {
    this.moved = undefined;
    this.passing = false;
    this.#show();
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
    this.passing = true;
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
