// What an operation's form asks: its address, and the text that it sends, if it takes one.

export function address(form) {
  const path = form.dataset.path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(form.elements[name].value));
  const query = new URLSearchParams();
  for (const { name, value, dataset } of form.elements) {
    if (!name || "inPath" in dataset || value === (dataset.default ?? "")) continue;
    ("several" in dataset ? value.split(/[\s,]+/).filter(Boolean) : [value.trim()]).forEach((one) => query.append(name, one));
  }
  return `${location.origin}${path}${query.size ? `?${query}` : ""}`;
}

export function sent(form, { example = false } = {}) {
  const field = form.querySelector("[data-sent]");
  if (!field) return {};
  const body = example ? field.defaultValue : field.value;
  return { method: "POST", body, headers: { "Content-Type": field.dataset.sent } };
}
