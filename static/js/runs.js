// The runs of several update rules, and the parameters of each alone.

const several = (paths) => new Set(paths.map(({ optimizer }) => optimizer)).size > 1;

// The parameters of a run's own rule: what has an effect on others only is left out.
export function ofRule(params, { optimizer, hyperparameters }, paths) {
  if (!several(paths)) return params;
  const others = paths.flatMap((path) => Object.keys(path.hyperparameters)).filter((name) => !(name in hyperparameters));
  const own = new URLSearchParams([...params].filter(([name]) => !others.includes(name)));
  own.delete("optimizer");
  own.append("optimizer", optimizer);
  return own;
}

// Those of each rule by its name, where there are several.
export function rulesOf(params, paths) {
  if (!several(paths)) return [];
  return [...new Map(paths.map((path) => [path.optimizer, ofRule(params, path, paths)]))];
}

// What was asked, with the learning rates of rules that have each its own.
export function withRates({ request, paths }) {
  if (request.learning_rate !== null) return request;
  return { ...request, learning_rate: [...new Set(paths.map(({ learning_rate: rate }) => rate))] };
}
