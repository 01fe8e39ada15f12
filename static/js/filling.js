// Points of a thinned path that were left out, from moments of its run.

import { countUpTo } from "./arrays.js";

const POINT = { // what a point of a path is, of the moment that ends there
  update: ({ update }) => update,
  epoch: ({ epochs_elapsed: epoch }) => epoch,
  examples_seen: ({ examples_seen: seen }) => seen,
  w0: ({ after: [w0] }) => w0,
  w1: ({ after: [, w1] }) => w1,
  loss: ({ loss_after: loss }) => loss,
  excess: ({ excess_after: excess }) => excess,
};

// Puts the points of updates that follow one another, from `first` on, where they belong; gives the
// place of the one before them and that of what was behind them. A point that is absurd is none.
export function fillPoints(points, moments, first) {
  const seen = moments.filter(({ diverged }) => !diverged);
  const [from, to] = [first - 1, seen.at(-1).update].map((limit) => countUpTo(points.update, limit));
  for (const [name, of] of Object.entries(POINT)) points[name].splice(from, to - from, ...seen.map(of));
  return [from, to];
}
