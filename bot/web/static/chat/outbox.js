// What was written and is not yet stored by the desk. It is kept by the browser, so that neither
// a lost connection nor a closed tab loses it, and all tabs see the same. An entry is
// {key, text | tap, words, at, trouble?}: `words` is what the person sees, null for a rating;
// `trouble` is the desk's refusal, after which only the person sends it again.

const PREFIX = "desk.outbox.";

/** The browser's storage, or a stand-in where it is forbidden. */
function storage() {
  try {
    localStorage.setItem(PREFIX, "");
    localStorage.removeItem(PREFIX);
    return localStorage;
  } catch {
    return memory();
  }
}

function memory() {
  const held = new Map();
  return {
    get length() { return held.size; },
    key: (index) => [...held.keys()][index],
    getItem: (name) => held.get(name) ?? null,
    setItem: (name, value) => void held.set(name, value),
    removeItem: (name) => void held.delete(name),
  };
}

/** A random UUID; crypto.randomUUID exists only on https and on this very machine. */
export function freshKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

export class Outbox {
  constructor() {
    this.storage = storage();
  }

  /** All entries, oldest first. */
  all() {
    const names = Array.from({ length: this.storage.length }, (_, index) => this.storage.key(index));
    return names
      .filter((name) => name.startsWith(PREFIX))
      .map((name) => read(this.storage.getItem(name)))
      .filter((entry) => entry !== null)
      .sort((one, other) => one.at - other.at);
  }

  has(key) {
    return this.storage.getItem(PREFIX + key) !== null;
  }

  /** The oldest entry that may be sent without being asked. */
  next() {
    return this.all().find((entry) => !entry.trouble);
  }

  /** Add an entry, after all others. */
  add(content, words) {
    const latest = this.all().pop();
    const at = Math.max(Date.now(), latest ? latest.at + 1 : 0);
    const entry = { key: freshKey(), ...content, words, at };
    this.put(entry);
    return entry;
  }

  put(entry) {
    this.storage.setItem(PREFIX + entry.key, JSON.stringify(entry));
  }

  drop(key) {
    this.storage.removeItem(PREFIX + key);
  }

  /** Calls back whenever another tab has changed something, with the entry where it wrote one. */
  watch(changed) {
    addEventListener("storage", (event) => {
      if (event.key === null || event.key.startsWith(PREFIX)) changed(read(event.newValue));
    });
  }
}

function read(json) {
  try {
    const entry = JSON.parse(json);
    return typeof entry?.key === "string" ? entry : null;
  } catch {
    return null;
  }
}
