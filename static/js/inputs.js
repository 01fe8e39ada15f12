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

// One of a group of radios; a value that none of them has is the default's refused one.
export function check(radio, value, inputs) {
  const known = inputs.some((other) => other.name === radio.name && other.value === value);
  radio.checked = radio.value === (known ? value : radio.dataset.default);
  radio.refused = radio.checked && !known ? value : undefined;
}

// Shows the default that a field follows; of several that there are, a field of one number tells them.
export function settle(input, value) {
  const several = input.type === "number" && value.includes(",");
  input.value = several ? "" : value;
  input.placeholder = several ? value : "";
}

export const textOf = (input) =>
  input.following ? "" : input.refused ?? (input.validity.badInput ? "NaN" : input.value.trim());

export const pieces = (text) => text.split(/[\s,]+/).filter(Boolean);
