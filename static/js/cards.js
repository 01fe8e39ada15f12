// A card a run, at the moment shown: the legend of its colour, its numbers, and the choice of the run
// that is followed.

import { dashed } from "./elements.js";
import { lang, say } from "./words.js";

const READ_MS = 100; // in motion, a number that is to be read stays so long

const epochs = new Intl.NumberFormat(lang, { maximumFractionDigits: 4 });
const format = new Intl.NumberFormat(lang, { maximumFractionDigits: 2 });
const fine = new Intl.NumberFormat(lang, { maximumSignificantDigits: 3 });

export class Cards {
  // `sample` is the template of a card; onFollow(run) hears which one is chosen.
  constructor(group, sample, onFollow) {
    Object.assign(this, { group, sample });
    group.addEventListener("click", ({ target }) => { // anywhere on a card
      if (!target.closest("label")) target.closest(".card")?.querySelector("input").click();
    });
    group.addEventListener("change", ({ target }) => onFollow(Number(target.value)));
  }

  // Cards stay as they are where the runs are as many: whoever has chosen one keeps the focus.
  load(paths, names, colours, dashes, followed) {
    this.paths = paths;
    if (this.group.children.length !== paths.length) {
      this.group.replaceChildren(...paths.map((_, run) => this.#card(run)));
    }
    paths.forEach((path, run) => {
      const card = this.group.children[run];
      card.style.setProperty("--colour", colours[run]);
      card.querySelector("label span").textContent = names[run];
      const sample = card.querySelector(".sample");
      sample.hidden = !dashes[run];
      dashed(sample, dashes[run]);
      card.querySelector("input").checked = run === followed;
      const known = path.final.excess !== null;
      card.querySelector("[data-excess]").hidden = !known;
      card.querySelector("[data-loss]").hidden = known;
    });
  }

  #card(run) {
    const card = this.sample.content.cloneNode(true).firstElementChild;
    const radio = card.querySelector("input");
    const facts = card.querySelector("dl");
    radio.value = run;
    facts.id = `card-${run}`;
    radio.setAttribute("aria-describedby", facts.id);
    return card;
  }

  // At a frame's time `now`, in motion.
  show(counts, now) {
    if (now < this.shown + READ_MS) return;
    this.shown = now;
    this.paths.forEach((path, run) => {
      const { update, epoch, examples_seen, loss, excess } = path.points;
      const i = counts[run] - 1;
      const ended = path.diverged && i === update.length - 1;
      const texts = {
        movement: ended || update[i] >= path.movement.since ? path.movement.text : say("under_way"),
        excess: fine.format(excess[i] ?? loss[i]),
        update: format.format(update[i]),
        epoch: epochs.format(epoch[i]),
        batch: batchOfEpoch(path, update[i]),
        examples: format.format(examples_seen[i]),
      };
      const card = this.group.children[run];
      for (const [fact, text] of Object.entries(texts)) card.querySelector(`[data-fact=${fact}]`).textContent = text;
    });
  }
}

// "3/11 (100)": which batch of its epoch an update took, and how many examples it had, or has on average.
function batchOfEpoch(path, update) {
  if (update === 0) return say("start");
  const segment = path.segments.findLast(({ first_update }) => first_update <= update);
  const place = (update - segment.first_update) % segment.updates_per_epoch;
  let rest = place;
  const batch = segment.batches.find(({ count }) => (rest -= count) < 0);
  const size = path.sizes_drawn ? say("mean_size", { size: format.format(batch.size) }) : format.format(batch.size);
  return `${format.format(place + 1)}/${format.format(segment.updates_per_epoch)} (${size})`;
}
