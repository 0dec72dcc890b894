// Follows the conversation by long poll. A hidden tab looks only now and then, since a
// browser opens just a few connections to one host.

import { Pause, backoff } from "./patience.js";
import { Unserved, fetchLines } from "./wire.js";

const WAIT = 20;
const HASTE = 1;

export class Listener {
  /** `heard(items, isFirst, topics)`: new lines, at first the whole conversation, and what is subscribed to; `failed(count, why)`: tries in vain. */
  constructor({ heard, failed }) {
    this.heard = heard;
    this.failed = failed;
    this.pause = new Pause();
    this.failures = 0;
    this.last = null;
    document.addEventListener("visibilitychange", () => this.hurry());
    addEventListener("online", () => this.hurry());
  }

  /** Look now instead of after the pause. */
  hurry() {
    this.pause.end();
  }

  async run() {
    for (;;) {
      const mayWait = !document.hidden && this.failures === 0 && this.last !== null;
      const seconds = await this.look(mayWait ? WAIT : 0);
      if (seconds > 0) await this.pause.wait(seconds);
    }
  }

  /** One request; gives the seconds until the next. */
  async look(wait) {
    const began = performance.now();
    let page;
    try {
      page = await fetchLines(this.last ?? 0, wait);
    } catch (error) {
      this.fail(this.failures + 1, error instanceof Unserved ? error.message : "");
      return backoff(this.failures);
    }
    if (this.failures > 0) this.fail(0, "");
    const isNews = page.last !== this.last;
    this.take(page);
    if (document.hidden) return WAIT;
    const cameBackEarly = wait > 0 && !isNews && performance.now() - began < HASTE * 1000;
    return cameBackEarly ? HASTE : 0;
  }

  fail(failures, why) {
    this.failures = failures;
    this.failed(failures, why);
  }

  take(page) {
    const isFirst = this.last === null;
    this.last = page.last;
    this.heard(page.items, isFirst, page.topics);
  }
}
