// What the home page asks of the server: all answers of one picture, or the one answer of a preview.

import { ask } from "./api.js";
import { pick, together } from "./page.js";
import { ofRule } from "./runs.js";
import { legend, size, theme } from "./theme.js";

const EARLY_MS = 100; // that the figures may come after the paths
const SPARED = ["batch_size", "max_points"]; // parameters of a picture that a moment of one run has otherwise

const chosen = (name) => document.querySelector(`[name=${name}]:is(select, :checked)`).value;

export class Questions {
  constructor(main, form) {
    Object.assign(this, { form, data: main.dataset, live: JSON.parse(main.dataset.live), ground: main.dataset.ground.split(" ") }); // what the surface depends on
  }

  // While something moves a preview is enough, over the picture that is shown, if there is one. At rest
  // onEarly hears of one if paths are there for a while before their figures.
  async picture(live, signal, shown, onEarly) {
    const { form, data } = this;
    const get = (resource, params) => ask(data.api, resource, params, signal);
    const [run, look] = [form.params("run"), form.params("look")];
    const [view, axis] = [look.get("view"), look.get("axis")];
    const drawn = { theme: theme(), size: size() };
    if (live) for (const [name, value] of Object.entries(this.live.asked)) run.set(name, value);
    const surfaceQuery = pick(run, this.ground, { ...drawn, view }).toString();
    const sizes = [...run.getAll("batch_size"), ...run.getAll("optimizer")].toString();
    const known = this.surface?.query === surfaceQuery && this.surface.figure;
    const like = known && shown?.sizes === sizes; // what can be drawn over what is shown
    if (live && like) return this.#preview(run, signal);
    const all = [...run.keys()];
    const paths = pick(run, all, { ...drawn, view });
    const loss = pick(run, all, { ...drawn, legend: legend(), axis });
    // Of several problems that of the paths comes first: it speaks of the form's own parameters.
    const runs = get("paths", pick(run, all, { replica: "0" }));
    const answers = together([
      runs,
      known || get("figures/surface", surfaceQuery),
      get("figures/paths", pick(paths, [...paths.keys()], { background: "false" })),
      get(`surfaces/${encodeURIComponent(chosen("surface"))}`, pick(run, this.ground.filter((name) => name !== "surface"))),
      live ? undefined : get("rule", run),
    ]);
    const losses = get("figures/loss", loss); // after the others: the picture does not wait for it
    losses.catch(() => {}); // told to whoever draws it
    if (like) this.#early(runs, answers, signal, (early) => onEarly({ ...early, live, sizes }));
    const there = await answers;
    const named = Object.fromEntries(["paths", "surface", "over", "facts", "formulas"].map((name, i) => [name, there[i]]));
    this.surface = { query: surfaceQuery, figure: named.surface };
    const alone = (path) => {
      const own = ofRule(run, path, named.paths.paths);
      return [own, [...own.keys()].filter((name) => !SPARED.includes(name)), path.batch_size];
    };
    return {
      ...named,
      losses,
      live,
      preview: false,
      cut: undefined,
      sizes,
      colours: drawn.theme,
      unit: chosen("axis"),
      drawn: { paths, loss },
      // Every update of one of these runs from a certain one on, as facts and as drawn.
      around: (i, update, over) => {
        const [own, others, batch_size] = alone(named.paths.paths[i]);
        return together([
          ask(data.api, "moment", pick(own, others, { batch_size, update, count: data.moments }), over),
          ask(data.api, "figures/paths", pick(own, others, { batch_size, window: update, ...drawn, view, background: "false" }), over),
        ]);
      },
      moment: (path, update, names) => {
        const [own, others, batch_size] = alone(path);
        return names.includes("followed")
          ? pick(pick(own, [...others, "batch_size"], { followed: batch_size, update }), names)
          : pick(pick(own, others, { batch_size, update }), names);
      },
    };
  }

  // One answer is all of it: the first replica's paths. Where answers are late, the next ones are of
  // shorter runs: coarser rather than later.
  async #preview(run, signal) {
    const replicas = Number(run.get("replicas") ?? 1);
    const others = [...run.keys()].filter((name) => name !== "replicas" && !(name in this.live.asked));
    const coarser = this.late ? this.live.asked_late : this.live.asked;
    const asked = performance.now();
    const paths = await ask(this.data.api, "paths", pick(run, others, { ...coarser, replicas: "1", replica: "0" }), signal);
    const took = performance.now() - asked;
    this.late = took > (this.late ? this.live.late / 2 : this.live.late); // shorter runs take less
    return { preview: true, live: true, paths, replicas, cut: coarser.max_updates };
  }

  async #early(runs, answers, signal, onEarly) {
    let all = false;
    const done = () => { all = true; };
    answers.then(done, done);
    try {
      const paths = await runs;
      await new Promise((then) => setTimeout(then, EARLY_MS));
      if (!all && !signal.aborted) onEarly({ preview: true, paths, replicas: paths.request.replicas });
    } catch {
      // told with the answers
    }
  }

  // A part of the surface that was asked for last.
  part(part, signal) {
    return ask(this.data.api, "figures/surface", new URLSearchParams([...new URLSearchParams(this.surface.query), ["part", part]]), signal);
  }
}
