// Runs in another page's frame: their paths or their losses, the colour of each batch size, a player.

import { ask } from "./api.js";
import { drawChart } from "./chart.js";
import { Course } from "./course.js";
import { byId, make, sample } from "./elements.js";
import { fillPoints } from "./filling.js";
import { lineAt } from "./moment_line.js";
import { pick, together } from "./page.js";
import { Player } from "./player.js";
import { plotly } from "./plotly.js";
import { ofRule } from "./runs.js";
import { Stage } from "./stage.js";

const NAMED = ["path", "median", "running median"]; // roles of what has a run's name and colour

export class Runs {
  // The element says, in its data, which parameters decide the runs, and which their surface.
  constructor(main, plot) {
    Object.assign(this, { main, plot, figure: main.dataset.figure, base: main.dataset.api });
    const plane = byId("plane");
    if (plane) this.stage = new Stage({ plane, surface: byId("surface-figure"), paths: plot, handle: byId("start-handle") }, () => {});
    this.player = new Player(
      Number(main.dataset.moments),
      { onMoment: (shown) => this.#show(shown), onMissing: (...gap) => this.#fill(...gap), onPace: () => {} },
    );
  }

  // Draws what the parameters ask for, and gives the layout, which has the words.
  async draw(params, colours) {
    const [runs, ground] = [this.main.dataset.runs, this.main.dataset.ground].map((names) => names.split(" "));
    const run = pick(params, runs);
    const get = (resource, more) => ask(this.base, resource, more);
    const figure = this.stage ? pick(params, [...params.keys()], { background: "false" }) : params;
    const [paths, drawn, surface] = await together([
      get("paths", pick(run, runs, { replica: "0" })),
      get(`figures/${this.figure}`, figure),
      this.stage && get("figures/surface", pick(params, [...ground, "theme", "view"])),
    ]);
    this.#legend(drawn.data);
    await plotly();
    if (this.stage) await this.stage.draw(surface, drawn, colours);
    else await drawChart(this.plot, drawn, colours);
    Object.assign(this, { run, figureParams: figure, paths });
    this.player.load(new Course(paths.paths, params.get("axis") ?? this.main.dataset.axis, this.stage ? undefined : drawn.layout.xaxis.type), () => {});
    return drawn.layout;
  }

  #legend(traces) {
    byId("runs").replaceChildren(...traces.filter(({ meta }) => NAMED.includes(meta?.role)).map(({ name, line, meta }) => {
      const item = make("li", {});
      item.append(sample(line.color, meta.dash), ` ${name}`);
      return item;
    }));
  }

  #show({ moment, counts, ended }) {
    if (this.stage) this.stage.cut(counts, ended);
    else lineAt(this.plot, moment, ended);
  }

  // Adds to a thinned path an update and those after it, or before it; tells whether it could.
  async #fill(run, update, back) {
    const { paths } = this;
    if (paths.moment_refusal) return false;
    const { batch_size: size, points } = paths.paths[run];
    const [params, figure] = [this.run, this.figureParams].map((all) => ofRule(all, paths.paths[run], paths.paths));
    const others = (all) => [...all.keys()].filter((name) => !["batch_size", "max_points"].includes(name));
    const first = back ? Math.max(1, update - this.main.dataset.moments + 1) : update;
    try {
      const [{ moments }, window] = await together([
        ask(this.base, "moment", pick(params, others(params), { batch_size: size, update: first, count: this.main.dataset.moments })),
        this.stage && ask(this.base, "figures/paths", pick(figure, others(figure), { batch_size: size, window: first })),
      ]);
      if (this.paths !== paths) return false;
      const [from, to] = fillPoints(points, moments, first);
      this.stage?.fill(run, from, to, window.data.find(({ meta }) => meta.role === "path"));
      return true;
    } catch {
      return false;
    }
  }
}
