// What a form's field holds, also where its control cannot show it.

// A parameter without a default of its own has one that other choices decide: the server says it, the
// field shows it, and follows it until somebody edits the field.
export const follows = (input) => input.dataset.default === "" && input.type !== "hidden";

// A control may refuse a link's value (an unknown choice, a number that is none) or hold what it
// does not hand out (1e999). The server is asked all the same: it says what is allowed.
export function put(input, value) {
  input.refused = undefined;
  input.following = follows(input) && value === "";
  if (input.following) return; // what it shows stays until the server says otherwise
  input.value = value;
  if (input.value !== value) input.refused = value;
}

export const textOf = (input) =>
  input.following ? "" : input.refused ?? (input.validity.badInput ? "NaN" : input.value.trim());

export const pieces = (text) => text.split(/[\s,]+/).filter(Boolean);
