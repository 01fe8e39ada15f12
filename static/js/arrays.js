// Plotly figures from Python carry numbers as base64 typed arrays: {dtype, bdata}.

const KINDS = {
  f4: Float32Array, f8: Float64Array, i1: Int8Array, i2: Int16Array, i4: Int32Array,
  u1: Uint8Array, u2: Uint16Array, u4: Uint32Array,
};

export function numbers(values) {
  if (!values?.bdata) return values ?? [];
  const bytes = Uint8Array.from(atob(values.bdata), (character) => character.charCodeAt(0));
  return new KINDS[values.dtype](bytes.buffer);
}

// The rows of an array of two dimensions.
export function rows(values) {
  const flat = numbers(values);
  const width = Number(values.shape.split(",")[1]);
  return Array.from({ length: flat.length / width }, (_, i) => flat.slice(i * width, (i + 1) * width));
}

// How many of the increasing numbers are at most `limit`.
export function countUpTo(increasing, limit) {
  let low = 0;
  let high = increasing.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (increasing[middle] <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
