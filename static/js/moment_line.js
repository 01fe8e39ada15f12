// The line in a figure of the losses at the moment that is shown.

// None at the end, where the whole is shown, nor at the start of a logarithmic axis, which lacks it.
export function lineAt(figure, moment, ended) {
  const { font, shapes: before, xaxis } = figure.layout;
  const line = { type: "line", x0: moment, x1: moment, y0: 0, y1: 1, yref: "paper", line: { width: 1, dash: "dot", color: font.color } };
  const shapes = ended || (moment === 0 && xaxis.type === "log") ? [] : [line];
  if (shapes.length || before?.length) Plotly.relayout(figure, { shapes });
}
