// Sends the outbox: one at a time, oldest first, under the same key until the desk has it.

import { Pause, backoff } from "./patience.js";
import { post } from "./wire.js";

export class Sender {
  /** `told(entry, outcome)` is called after each try. */
  constructor(outbox, told) {
    this.outbox = outbox;
    this.told = told;
    this.pause = new Pause();
    this.busy = false;
  }

  /** Send all there is; calls in between make it hurry. */
  async flush() {
    this.pause.end();
    if (this.busy) return;
    this.busy = true;
    try {
      await this.sendAll();
    } finally {
      this.busy = false;
    }
  }

  async sendAll() {
    let failures = 0;
    for (;;) {
      const outcome = await oneTabAtATime(() => this.sendNext());
      if (outcome === null) return;
      const failed = "later" in outcome;
      failures = failed ? failures + 1 : 0;
      if (failed) await this.pause.wait(outcome.later ?? backoff(failures));
    }
  }

  async sendNext() {
    const entry = this.outbox.next();
    if (!entry) return null;
    const outcome = await post(entry);
    if (outcome.stored) this.outbox.drop(entry.key);
    else if ("refused" in outcome && this.outbox.has(entry.key)) this.outbox.put({ ...entry, trouble: outcome.refused || true });
    this.told(entry, outcome);
    return outcome;
  }
}

/** Without locks two tabs may send the same entry, which the desk takes once. */
function oneTabAtATime(work) {
  return navigator.locks ? navigator.locks.request("desk-outbox", work) : work();
}
