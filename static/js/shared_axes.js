// Figures of losses on the same axes: each range holds what all of them draw.

import { numbers } from "./arrays.js";

const hull = (ranges) => [Math.min(...ranges.map(([low]) => low)), Math.max(...ranges.map(([, high]) => high))];

// From 0, or on a logarithmic axis from the first point that has a place there, to the last one.
function reach({ data }, log) {
  let [low, high] = [Infinity, 0];
  for (const { x } of data) {
    for (const value of numbers(x)) {
      high = Math.max(high, value);
      if (value > 0) low = Math.min(low, value);
    }
  }
  return log ? [Math.log10(low), Math.log10(high)] : [0, high];
}

// Gives all of them the same ranges, and a logarithmic axis if one of them needs it.
export function shareAxes(figures) {
  const layouts = figures.map(({ layout }) => layout);
  const across = (layouts.find(({ xaxis }) => xaxis.type === "log") ?? layouts[0]).xaxis;
  const range = hull(figures.map((figure) => reach(figure, across.type === "log")));
  const heights = layouts.map(({ yaxis }) => yaxis.range).filter(Boolean);
  for (const layout of layouts) {
    layout.xaxis = { ...across, range: [...range] };
    if (heights.length) layout.yaxis = { ...layout.yaxis, range: hull(heights) };
  }
}
