// The paths in motion as a file, made by the browser: their picture, drawn frame by frame on a canvas.

import { grown } from "./axes.js";
import { make } from "./elements.js";
import { plotly } from "./plotly.js";
import { Sheet } from "./sheet.js";
import { MARKS, MOVING } from "./stage.js";
import { save, titled } from "./take.js";
import { Trails } from "./trails.js";
import { lang, say } from "./words.js";

const TYPES = ["video/webm;codecs=vp8", "video/webm"];
const SCALE = 1; // pixels of a picture's: a telephone encodes them too
const FRAME_MS = 40;
const BITS = 5e6; // a second
const REST_MS = 1500; // the end is seen
const STEP_MS = 100; // that a frame is after another, at most
const LATE_MS = 4000; // that a frame is waited for
const SPLINTER = 64; // bytes: a frame comes in parts, the first of which is smaller
const format = new Intl.NumberFormat(lang, { maximumFractionDigits: 1 });

const type = () => globalThis.MediaRecorder && HTMLCanvasElement.prototype.captureStream && TYPES.find((each) => MediaRecorder.isTypeSupported(each));

export class Recording {
  // shown() gives what is recorded: base, name and query of the figure, the runs and their course, the
  // name of what moments count, and how many seconds the whole takes. A browser that cannot is not asked.
  constructor(place, shown) {
    const [button, state, progress, cancel] = ["button", "state", "progress", "cancel"].map((part) => place.querySelector(`[data-record=${part}]`));
    Object.assign(this, { button, state, progress, shown });
    button.hidden = !type();
    button.addEventListener("click", () => this.#record());
    cancel.addEventListener("click", () => this.controller.abort());
  }

  async #record() {
    this.controller = new AbortController();
    this.#busy(true);
    try {
      const shown = this.shown();
      const still = await ground(await titled(shown.base, shown.name, shown.query));
      const film = await this.#film(shown, still);
      if (!film) return;
      const url = URL.createObjectURL(film);
      save(url, shown.name, "webm");
      setTimeout(() => URL.revokeObjectURL(url), REST_MS);
    } finally {
      this.#busy(false);
    }
  }

  #busy(busy) {
    this.button.disabled = busy;
    this.state.hidden = !busy;
    this.progress.value = 0;
    if (!busy && document.activeElement === document.body) this.button.focus();
  }

  // The frames in real time, but none before the last has been encoded: a film that a busy machine
  // makes is slow rather than full of gaps. Nothing, if it was cancelled.
  async #film({ course, runs, unit, seconds }, still) {
    const { signal } = this.controller;
    if (signal.aborted) return;
    const frame = frames(course, runs, unit, still);
    const recorder = new MediaRecorder(frame(0, 0).captureStream(), { mimeType: type(), videoBitsPerSecond: BITS });
    const parts = [];
    let heard;
    recorder.addEventListener("dataavailable", ({ data }) => {
      parts.push(data);
      if (data.size > SPLINTER) heard?.();
    });
    const stopped = new Promise((resolve) => recorder.addEventListener("stop", resolve));
    const aborted = new Promise((resolve) => signal.addEventListener("abort", resolve));
    const drawn = (share) => {
      const encoded = new Promise((resolve) => (heard = resolve));
      frame(share, performance.now());
      this.progress.value = share;
      return Promise.all([Promise.race([encoded, aborted, wait(LATE_MS)]), wait(FRAME_MS)]);
    };
    recorder.start(1); // each frame is heard of
    frame(0, performance.now()); // is heard of when the next one is there
    await wait(FRAME_MS);
    await drawn(0); // the encoder takes its time to start
    const whole = seconds * 1e3;
    for (let at = 0, last = performance.now(); at < whole && !signal.aborted;) {
      await drawn(at / whole);
      const now = performance.now();
      at += Math.min(now - last, STEP_MS);
      last = now;
    }
    for (const rest of [REST_MS, 0]) {
      if (!signal.aborted) await drawn(1);
      if (!signal.aborted) await wait(rest);
    }
    recorder.stop();
    await stopped;
    if (!signal.aborted) return new Blob(parts, { type: "video/webm" });
  }
}

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// Draws, at a share of the course, the moment's frame on one canvas, and gives that.
function frames(course, runs, unit, { images, plane, size, paper, font }) {
  const [whole, below, above] = [0, 1, 2].map(() => new Sheet().fit(size.width, size.height, SCALE));
  const trails = new Trails(runs, plane, { ...size, scale: SCALE }, { paper, calm: false });
  const { pen } = whole;
  const [left, top] = [plane[0].start, plane[1].start + plane[1].length];
  return (share, now) => {
    const moment = share < 1 ? course.back(share * course.even(course.end)) : course.end;
    below.clear();
    above.clear();
    trails.draw(course.counts(moment), now, below, above);
    pen.drawImage(images[0], 0, 0, size.width, size.height);
    whole.lay(below);
    pen.drawImage(images[1], 0, 0, size.width, size.height);
    whole.lay(above);
    const said = say("labelled", { label: unit, text: format.format(moment) });
    pen.font = `600 15px ${font.family}`;
    Object.assign(pen, { fillStyle: paper, globalAlpha: 0.85 });
    pen.fillRect(left, top, pen.measureText(said).width + 20, 28);
    Object.assign(pen, { fillStyle: font.color, globalAlpha: 1 });
    pen.fillText(said, left + 10, top + 19);
    return whole.canvas;
  };
}

// What does not move, as two images, that under the trails and that over them; and where the axes lie.
async function ground({ data, layout, size }) {
  await plotly();
  const place = make("div", { className: "aside" });
  document.body.append(place);
  const image = async (traces, changed) => {
    await Plotly.react(place, traces, { ...changed, ...size }, { displayModeBar: false });
    const picture = make("img", { src: await Plotly.toImage(place, { format: "png", scale: SCALE, ...size }) });
    await picture.decode();
    return picture;
  };
  try {
    // An empty trace still has its place in the legend.
    const under = await image(data.map((trace) => MOVING.includes(trace.meta?.role) ? { ...trace, x: [null], y: [null] } : trace), layout);
    const plane = grown(place);
    const [[l, right], [bottom, t]] = plane.map(({ start, length }) => [start, start + length]);
    const over = await image(data.filter(({ meta }) => MARKS.includes(meta?.role)), {
      margin: { l, t, r: size.width - right, b: size.height - bottom, autoexpand: false },
      ...Object.fromEntries(["xaxis", "yaxis"].map((axis, i) => [axis, { range: plane[i].range, visible: false, fixedrange: true }])),
      paper_bgcolor: "transparent", plot_bgcolor: "transparent", showlegend: false,
    });
    return { images: [under, over], plane, size, paper: layout.paper_bgcolor, font: layout.font };
  } finally {
    Plotly.purge(place);
    place.remove();
  }
}
