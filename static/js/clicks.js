// Points put onto the panel of the data, and taken away: by a click, a tap, or a cross that keys move.

import { grown } from "./axes.js";
import { byId } from "./elements.js";
import { say } from "./words.js";

const SVG = "http://www.w3.org/2000/svg";
const SLIP = 8; // pixels that a pointer may move in a click
const NEAR = 9; // pixels from a point's middle, within which it is meant
const RADIUS = 4;
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };
const LABEL = "label";

export class Clicks {
  // own holds the points; there() tells whether the figure that is drawn is of them.
  constructor(place, own, there) {
    const panel = place.closest("[data-figure]");
    Object.assign(this, { place, own, there, panel, plot: panel.querySelector(".figure") });
    this.least = Number(place.dataset.least);
    this.note = byId("clicks-note");
    this.sheet = document.createElementNS(SVG, "svg");
    for (const [name, value] of Object.entries({ class: "over", tabindex: 0, role: "application", "aria-label": place.dataset.keys })) this.sheet.setAttribute(name, value);
    this.plot.after(this.sheet);
    this.at = [0.5, 0.5]; // the cross, as shares of the sheet
    new MutationObserver(() => this.#drawn()).observe(panel, { attributeFilter: ["data-drawn"] });
    const resized = new ResizeObserver(() => this.#fit());
    for (const element of [this.plot, place]) resized.observe(element); // what is above it moves it
    this.#point();
    this.#keys();
    place.querySelector("[data-last]").addEventListener("click", () => this.#change((rows) => rows.slice(0, -1)));
    place.querySelector("[data-none]").addEventListener("click", () => this.#change(() => []));
    this.#fit();
  }

  #drawn() {
    if (!this.own.pending) this.panel.classList.remove("waiting");
    this.#fit();
  }

  // Over the square of the plot's two axes, where there is one to click.
  #fit() {
    const on = Boolean(this.plot.layout?.xaxis && this.there() && this.own.rows[0]);
    this.place.hidden = !on;
    this.sheet.toggleAttribute("hidden", !on);
    if (!on) return;
    this.place.querySelector("[data-labels]").hidden = !this.#labelled;
    const [across, down] = grown(this.plot);
    const box = { left: this.plot.offsetLeft + across.start, top: this.plot.offsetTop + down.start + down.length, width: across.length, height: -down.length };
    for (const [name, pixels] of Object.entries(box)) this.sheet.style[name] = `${pixels}px`;
    this.#paint();
  }

  get #labelled() {
    return this.own.rows[0].split(",").includes(LABEL);
  }

  // The middles of the points, in pixels of the plot; a row each.
  #pixels() {
    return this.own.rows.slice(1).map((row) => grown(this.plot).map((axis, i) => axis.pixel(Number(row.split(",")[i]))));
  }

  // Puts a point, or takes away the one that is there; at pixels of the plot.
  #click(pixels) {
    const away = this.#pixels().map(([x, y]) => Math.hypot(x - pixels[0], y - pixels[1]));
    const nearest = away.indexOf(Math.min(...away));
    if (away[nearest] <= NEAR) return this.#change((rows) => rows.toSpliced(nearest, 1));
    const row = grown(this.plot).map((axis, i) => axis.fine(axis.value(pixels[i])));
    if (this.#labelled) row.push(this.place.querySelector("[data-labels] :checked").value);
    return this.#change((rows) => [...rows, row.join(",")]);
  }

  async #change(make) {
    await this.own.reading; // a table that has just been typed
    const [names, ...rows] = this.own.rows;
    const changed = make(rows);
    if (changed.length < this.least) {
      this.own.hold([names, ...changed]);
      this.note.textContent = say(this.#labelled ? "points_few_labels" : "points_few", { count: changed.length, least: this.least });
      this.#wait();
      return;
    }
    this.own.put([names, ...changed], this.note);
    this.#wait();
  }

  // Until the picture has them, the points are drawn here alone.
  #wait() {
    this.panel.classList.add("waiting");
    this.#paint();
  }

  #paint() {
    const marks = [];
    const [left, top] = [parseFloat(this.sheet.style.left) - this.plot.offsetLeft, parseFloat(this.sheet.style.top) - this.plot.offsetTop];
    if (this.panel.classList.contains("waiting")) {
      const labels = this.own.rows.slice(1).map((row) => row.split(",")[2]);
      this.#pixels().forEach(([x, y], i) => marks.push(mark(x - left, y - top, labels[i])));
    }
    const { clientWidth: width, clientHeight: height } = this.sheet;
    const [x, y] = [this.at[0] * width, this.at[1] * height];
    marks.push(path("cross", `M${x - 14} ${y}h28M${x} ${y - 14}v28`));
    this.sheet.replaceChildren(...marks);
  }

  #point() {
    // Plotly swallows some clicks, so the pointer itself tells, as on the plane.
    let pressed;
    const inside = ({ clientX, clientY }) => {
      const { left, right, top, bottom } = this.sheet.getBoundingClientRect();
      return !this.sheet.hasAttribute("hidden") && clientX >= left && clientX <= right && clientY >= top && clientY <= bottom;
    };
    this.plot.addEventListener("pointerdown", (event) => {
      pressed = event.isPrimary && event.button === 0 && inside(event) ? event : undefined;
    });
    document.addEventListener("pointerup", (event) => {
      const still = pressed && Math.hypot(event.clientX - pressed.clientX, event.clientY - pressed.clientY) < SLIP;
      pressed = undefined;
      const { left, top } = this.plot.getBoundingClientRect();
      if (still) this.#click([event.clientX - left, event.clientY - top]);
    });
    document.addEventListener("pointercancel", () => (pressed = undefined)); // the page scrolls
  }

  #keys() {
    this.sheet.addEventListener("keydown", (event) => {
      const { key, shiftKey } = event;
      if (event.altKey || event.ctrlKey || event.metaKey) return;
      const { left, top } = this.plot.getBoundingClientRect();
      const box = this.sheet.getBoundingClientRect();
      const pixels = () => [box.left - left + this.at[0] * box.width, box.top - top + this.at[1] * box.height];
      if (ARROWS[key]) {
        const size = shiftKey ? 0.1 : 0.01;
        this.at = this.at.map((share, i) => Math.min(Math.max(share + size * ARROWS[key][i], 0), 1));
        const names = this.own.rows[0].split(",");
        this.note.textContent = grown(this.plot).map((axis, i) => `${names[i]} = ${axis.fine(axis.value(pixels()[i]))}`).join(", ");
        this.#paint();
      } else if (key === "Enter" || key === " ") this.#click(pixels());
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
  }
}

function path(name, d) {
  const line = document.createElementNS(SVG, "path");
  line.setAttribute("class", name);
  line.setAttribute("d", d);
  return line;
}

// A disc, or the sign of a label.
function mark(x, y, label) {
  if (label === undefined) return path("point", `M${x - RADIUS} ${y}a${RADIUS} ${RADIUS} 0 1 0 ${2 * RADIUS} 0a${RADIUS} ${RADIUS} 0 1 0 ${-2 * RADIUS} 0`);
  return path("sign", `M${x - RADIUS} ${y}h${2 * RADIUS}${Number(label) > 0 ? `M${x} ${y - RADIUS}v${2 * RADIUS}` : ""}`);
}
