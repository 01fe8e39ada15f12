// The server, as the page asks it: JSON in, or a problem that names its parameters.

export class Problem extends Error {
  constructor({ detail, errors }) {
    super(detail);
    this.errors = errors;
  }
}

export async function ask(base, resource, params, signal) {
  const reply = await fetch(`${base}/${resource}?${params}`, { signal });
  const type = reply.headers.get("Content-Type") ?? "";
  if (reply.ok) return reply.json();
  if (type.startsWith("application/problem+json")) throw new Problem(await reply.json());
  throw new Problem({ detail: `The server answered ${reply.status}.`, errors: [] });
}
