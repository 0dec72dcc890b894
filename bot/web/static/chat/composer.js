// The field to write in: it grows, counts near the limit, and sends with Enter.

import { fill } from "./moments.js";
import { phrases } from "./lines.js";

const NEAR = 0.9;
const COMPOSING = 229;

export class Composer {
  constructor(form, send) {
    this.form = form;
    this.field = form.querySelector("textarea");
    this.button = form.querySelector(".send");
    this.counter = form.querySelector(".counter");
    this.longest = Number(phrases.longest);
    this.send = send;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    this.field.addEventListener("keydown", (event) => this.onKey(event));
    this.field.addEventListener("input", () => this.refresh());
    this.refresh();
  }

  focus() {
    this.field.focus({ preventScroll: true });
  }

  /** Enter that ends a conversion from kana belongs to the input method, not to us. */
  onKey(event) {
    const isSending = event.key === "Enter" && !event.shiftKey && !event.isComposing && event.keyCode !== COMPOSING;
    if (!isSending) return;
    event.preventDefault();
    this.submit();
  }

  submit() {
    if (this.button.disabled) return;
    this.send(this.field.value);
    this.field.value = "";
    this.refresh();
    this.focus();
  }

  refresh() {
    const length = Array.from(this.field.value).length;
    const isOver = length > this.longest;
    this.button.disabled = isOver || this.field.value.trim() === "";
    this.showCount(length, isOver);
    this.grow();
  }

  showCount(length, isOver) {
    const pattern = isOver ? phrases.over : phrases.left;
    const count = Math.abs(this.longest - length).toLocaleString("ja-JP");
    this.counter.hidden = length < this.longest * NEAR;
    this.counter.classList.toggle("over", isOver);
    this.counter.textContent = this.counter.hidden ? "" : fill(pattern, { count });
    this.field.setAttribute("aria-invalid", String(isOver));
  }

  grow() {
    const border = this.field.offsetHeight - this.field.clientHeight;
    this.field.style.height = "auto";
    this.field.style.height = `${this.field.scrollHeight + border}px`;
  }
}
