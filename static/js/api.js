// The server, as the page asks it: JSON in, or a problem that names its parameters.

import { patiently } from "./queue.js";
import { lang, say } from "./words.js";

export class Problem extends Error {
  constructor({ detail, errors }) {
    super(detail);
    this.errors = errors;
  }
}

export async function ask(base, resource, params, signal) {
  return (await request(base, resource, params, { signal })).json();
}

export async function askText(base, resource, params) {
  return (await request(base, resource, params, {})).text();
}

export async function send(base, resource, body, params) {
  const headers = { "Content-Type": "text/csv" };
  return (await request(base, resource, params, { method: "POST", headers, body })).json();
}

// Server-sent events, each as its name and data, until the server ends them.
export async function* events(base, resource, params, signal) {
  const reply = await request(base, resource, params, { signal, headers: { Accept: "text/event-stream" } });
  const reader = reply.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const blocks = (text + value).split("\n\n");
    text = blocks.pop();
    for (const block of blocks) {
      const line = (name) => block.split("\n").filter((each) => each.startsWith(`${name}: `)).map((each) => each.slice(name.length + 2)).join("\n");
      if (line("data")) yield { name: line("event"), data: JSON.parse(line("data")) };
    }
  }
}

async function request(base, resource, params, options) {
  const query = new URLSearchParams(params);
  query.set("lang", lang); // errors are said in it, too
  const reply = await patiently(`${base}/${resource}?${query}`, options).catch((error) => {
    throw error.name === "AbortError" ? error : new Problem({ detail: say("unreachable"), errors: [], cause: error });
  });
  const type = reply.headers.get("Content-Type") ?? "";
  if (reply.ok) return reply;
  if (type.startsWith("application/problem+json")) throw new Problem(await reply.json());
  throw new Problem({ detail: say("answered", { status: reply.status }), errors: [] });
}
