// The live read-out: a row a run, at the moment shown.

import { cells, dot, make, rowHead } from "./elements.js";
import { lang, say } from "./words.js";

const epochs = new Intl.NumberFormat(lang, { maximumFractionDigits: 4 });
const format = new Intl.NumberFormat(lang, { maximumFractionDigits: 2 });
const fine = new Intl.NumberFormat(lang, { maximumSignificantDigits: 3 });

export class Readout {
  constructor(body, onFollow) {
    this.body = body;
    body.addEventListener("change", ({ target }) => onFollow(Number(target.value)));
  }

  load(paths, colours, full, followed) {
    this.paths = paths;
    this.body.replaceChildren(
      ...paths.map((path, run) => {
        const row = make("tr");
        const label = make("label");
        const radio = make("input", { type: "radio", name: "followed", value: run, checked: run === followed });
        radio.style.setProperty("accent-color", colours[run]);
        label.append(radio, dot(colours[run]), ` ${path.batch_size === full ? say("full") : format.format(path.batch_size)}`);
        row.append(rowHead(label), ...cells(Array(5).fill("")));
        return row;
      }),
    );
  }

  show(counts) {
    this.paths.forEach((path, run) => {
      const { update, epoch, examples_seen, loss, excess } = path.points;
      const i = counts[run] - 1;
      const texts = [
        format.format(update[i]), epochs.format(epoch[i]), batchOfEpoch(path, update[i]),
        format.format(examples_seen[i]), fine.format(excess[i] ?? loss[i]),
      ];
      if (path.diverged && i === update.length - 1) texts[4] = say("diverged", { loss: texts[4], update: format.format(path.diverged_at) });
      [...this.body.rows[run].cells].slice(1).forEach((cell, j) => (cell.textContent = texts[j]));
    });
  }
}

// "3/11 (100)": which batch of its epoch an update took, and how many examples that had.
function batchOfEpoch(path, update) {
  if (update === 0) return say("start");
  const segment = path.segments.findLast(({ first_update }) => first_update <= update);
  const place = (update - segment.first_update) % segment.updates_per_epoch;
  let rest = place;
  const batch = segment.batches.find(({ count }) => (rest -= count) < 0);
  return `${format.format(place + 1)}/${format.format(segment.updates_per_epoch)} (${format.format(batch.size)})`;
}
