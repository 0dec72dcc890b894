// Keeps the newest in view, unless the person is reading further up.

const NEAR = 160;

export class Scrolling {
  constructor({ dock, unseen }) {
    this.unseen = unseen;
    unseen.addEventListener("click", () => this.toEnd());
    addEventListener("scroll", () => this.isAtEnd() && this.seen(), { passive: true });
    new ResizeObserver(() => this.measure(dock)).observe(dock);
  }

  measure(dock) {
    document.documentElement.style.setProperty("--dock", `${dock.offsetHeight}px`);
  }

  isAtEnd() {
    const { scrollHeight, scrollTop, clientHeight } = document.documentElement;
    return scrollHeight - scrollTop - clientHeight < NEAR;
  }

  seen() {
    this.unseen.hidden = true;
  }

  toEnd() {
    scrollTo({ top: document.documentElement.scrollHeight });
    this.seen();
  }

  /** Do what adds lines; afterwards show the end, but never past the top of the first `line` it gives. */
  follow(add) {
    const wasAtEnd = this.isAtEnd();
    const line = add();
    if (!line) return;
    if (!wasAtEnd) {
      this.unseen.hidden = false;
      return;
    }
    this.toEnd();
    if (line.getBoundingClientRect().top < 0) line.scrollIntoView({ block: "start" });
  }
}
