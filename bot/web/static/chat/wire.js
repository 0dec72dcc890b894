// The desk's API.

const PATIENCE = 20_000;

/** A browser that lost its session gets a new one with the page, and asks again. */
async function call(path, options, patience) {
  const answer = await request(path, options, patience);
  if (answer.body?.error?.code !== "no_session") return answer;
  await request("/", { cache: "no-store" }, PATIENCE);
  return request(path, options, patience);
}

async function request(path, options, patience) {
  const aborting = new AbortController();
  const timer = setTimeout(() => aborting.abort(), patience);
  try {
    const response = await fetch(path, { ...options, credentials: "same-origin", signal: aborting.signal });
    return { response, body: await response.json().catch(() => null) };
  } finally {
    clearTimeout(timer);
  }
}

async function get(path, patience) {
  const { response, body } = await call(path, { cache: "no-store" }, patience);
  if (!response.ok || body === null) throw new Unserved(body?.error?.message ?? "");
  return body;
}

/** The desk answers, but not what was asked; its message is a sentence for the person, or empty. */
export class Unserved extends Error {}

export function fetchState() {
  return get("/api/state", PATIENCE);
}

/** Lines after `after`; waits up to `wait` seconds for one. */
export function fetchLines(after, wait) {
  return get(`/api/conversation?after=${after}&wait=${wait}`, wait * 1000 + PATIENCE);
}

/**
 * Send an entry of the outbox. Gives {stored: true}; {refused: sentence or ""} where sending it
 * again as it is cannot help; or {later: seconds or null, why: sentence or ""}.
 */
export async function post({ key, text, tap }) {
  try {
    const { response, body } = await call("/api/messages", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(tap ? { key, tap } : { key, text }),
      keepalive: true,
    }, PATIENCE);
    return outcome(response, body?.error?.message ?? "");
  } catch {
    return { later: null, why: "" };
  }
}

function outcome(response, message) {
  if (response.ok) return { stored: true };
  const isPassing = response.status >= 500 || response.status === 429 || response.status === 408;
  if (!isPassing) return { refused: message };
  const seconds = Number(response.headers.get("Retry-After"));
  return { later: seconds > 0 ? seconds : null, why: message };
}
