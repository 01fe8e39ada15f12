// A page on paper: every figure drawn, in light colours, as wide as A4 and Letter have room for.

import { byId } from "./elements.js";
import { onPaper } from "./theme.js";

const WIDTH = 680; // CSS pixels
const HEIGHT = { plane: 480, chart: 290 };

const plots = () => [...document.querySelectorAll(".figure")].filter(({ layout }) => layout);
const fit = (plot) => Plotly.relayout(plot, { width: WIDTH, height: plot.closest(".plane") ? HEIGHT.plane : HEIGHT.chart });
const unfit = (plot) => Plotly.relayout(plot, { width: null, height: null, autosize: true });

// redraw() draws all that the page has, in the colours of the moment.
export function printable(main, redraw) {
  let laidOut;

  async function layOut() {
    plots().forEach(fit); // at once: a print from the browser's own menu does not wait for the redrawing
    onPaper(true);
    await redraw();
    plots().forEach(fit);
    main.dataset.printable = "";
  }

  const prepare = () => (laidOut ??= layOut());

  async function print() {
    await prepare();
    byId("share").close();
    window.print();
  }

  document.querySelector("[data-paper]").addEventListener("click", print);
  addEventListener("keydown", (event) => {
    if (event.key !== "p" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault(); // the browser would print before everything is drawn
    print();
  });
  addEventListener("beforeprint", prepare);
  matchMedia("print").addEventListener("change", ({ matches }) => matches && prepare());
  addEventListener("afterprint", () => {
    laidOut = undefined;
    delete main.dataset.printable;
    onPaper(false);
    plots().forEach(unfit);
    redraw();
  });
}
