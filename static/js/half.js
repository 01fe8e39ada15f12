// One of two pictures side by side: its plane, its losses, its words.

import { ask } from "./api.js";
import { unparted } from "./caption.js";
import { drawChart } from "./chart.js";
import { make, sample } from "./elements.js";
import { fillPoints } from "./filling.js";
import { lineAt } from "./moment_line.js";
import { Motion } from "./motion.js";
import { pick, together } from "./page.js";
import { plotly } from "./plotly.js";
import { ofRule } from "./runs.js";
import { Stage } from "./stage.js";
import { size, theme } from "./theme.js";

export class Half {
  // `main` says, in its data, which parameters decide runs and which their surface; onFollow(run) hears
  // which run is chosen.
  constructor(place, main, onFollow) {
    const part = (name) => place.querySelector(`[data-part=${name}]`);
    Object.assign(this, { place, data: main.dataset, loss: part("loss"), list: place.querySelector(".runs") });
    this.stage = new Stage(
      { plane: place.querySelector(".plane"), surface: part("surface"), paths: part("paths"), handle: place.querySelector(".handle") },
      () => {},
      (extent) => ask(this.data.api, "figures/surface", new URLSearchParams([...this.ground, ["part", extent]])),
    );
    this.motion = new Motion(this.stage, this.loss);
    this.list.addEventListener("change", ({ target }) => onFollow(Number(target.value)));
  }

  // All answers of a picture of these parameters.
  async ask(run, axis, signal) {
    const [runs, grounds] = [this.data.runs, this.data.ground].map((names) => names.split(" "));
    const drawn = { theme: theme(), size: size() };
    const ground = pick(run, grounds, drawn);
    const [paths, surface, over, loss] = await together([
      ["paths", pick(run, runs, { replica: "0" })],
      ["figures/surface", ground],
      ["figures/paths", pick(run, runs, { ...drawn, background: "false" })],
      ["figures/loss", pick(run, runs, { ...drawn, axis })],
    ].map(([resource, params]) => ask(this.data.api, resource, params, signal)));
    return { run, drawn, ground, paths, surface, over, loss, colours: drawn.theme };
  }

  // Draws an answer as long as it is `wanted`.
  async draw(answer, wanted) {
    const { ground, surface, over, loss, colours, paths } = answer;
    this.ground = ground;
    await this.stage.draw(surface, over, colours);
    await plotly();
    if (!wanted()) return;
    await drawChart(this.loss, loss, colours);
    if (!wanted()) return;
    this.answer = answer;
    this.place.querySelector(".summary").textContent = unparted(paths.summary);
    this.place.querySelector("[data-warning]").textContent = paths.last_batch_warning ?? "";
    for (const [name, { meta }] of [["paths", over.layout], ["loss", loss.layout]]) {
      this.place.querySelector(`[data-note=${name}]`).textContent = meta.note;
    }
    this.motion.renewed();
  }

  // The batch sizes in their colours, of which one is followed; the first has this number among all.
  legend(first, followed) {
    const { colours, names, dashes } = this.stage;
    if (this.list.querySelectorAll("label").length !== names.length || this.first !== first) {
      this.list.querySelectorAll("label").forEach((label) => label.remove());
      this.list.append(...names.map(() => make("label")));
      this.list.querySelectorAll("label").forEach((label, i) => {
        const radio = make("input", { type: "radio", name: "followed", value: first + i });
        label.append(radio, make("span", { className: "line" }), make("span", { className: "name" }));
      });
      this.first = first;
    }
    this.list.querySelectorAll("label").forEach((label, i) => {
      label.querySelector("input").checked = first + i === followed;
      label.querySelector(".line").replaceChildren(sample(colours[i], dashes[i]));
      label.querySelector(".name").textContent = names[i];
    });
  }

  // A moment of its own runs.
  show({ moment, counts, places, ended, peeked, now }) {
    const { paths } = this.answer.paths;
    if (peeked) return this.stage.mark(counts);
    if (now) return this.motion.draw({ paths }, { counts, places, moment, now });
    this.stage.cut(counts, ended);
    this.motion.rest();
    lineAt(this.loss, moment, ended);
  }

  // Adds to a thinned path an update and those after it, or before it; tells whether it could.
  async fill(run, update, back) {
    const { answer } = this;
    const { paths, moment_refusal: refused } = answer.paths;
    if (refused) return false;
    const { batch_size, points } = paths[run];
    const own = ofRule(answer.run, paths[run], paths);
    const count = this.data.moments;
    const first = back ? Math.max(1, update - count + 1) : update;
    const others = this.data.runs.split(" ").filter((name) => !["batch_size", "max_points"].includes(name));
    try {
      const [{ moments }, { data }] = await together([
        ask(this.data.api, "moment", pick(own, others, { batch_size, update: first, count })),
        ask(this.data.api, "figures/paths", pick(own, others, { ...answer.drawn, batch_size, window: first, background: "false" })),
      ]);
      if (this.answer !== answer) return false;
      const [from, to] = fillPoints(points, moments, first);
      this.stage.fill(run, from, to, data.find(({ meta }) => meta.role === "path"));
      return true;
    } catch {
      return false;
    }
  }
}
