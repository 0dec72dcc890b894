// Waiting that can be cut short, and longer and longer between tries.

export class Pause {
  /** Resolves after so many seconds, or as soon as `end` is called. */
  wait(seconds) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, seconds * 1000);
      this.end = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  end() {}
}

/** 1, 2, 4 … 30 seconds, a little scattered so that not all come back at once. */
export function backoff(failures) {
  return Math.min(30, 2 ** (failures - 1)) * (0.75 + Math.random() / 2);
}
