// The button beside the menu: how many topics notices arrive on, always in sight. It opens the card that changes them.

import { phrases } from "./lines.js";
import { fill } from "./moments.js";

export class NoticesButton {
  /** `tap(value, label)` is called when it is pressed. */
  constructor(button, count, tap) {
    this.button = button;
    this.count = count;
    button.addEventListener("click", () => tap(button.dataset.value, button.dataset.label));
  }

  /** The names of the topics that are subscribed to. */
  show(topics) {
    const text = topics.length > 0 ? fill(phrases.topics, { topics: topics.join(phrases.separator) }) : phrases.noTopics;
    this.button.title = text;
    this.button.setAttribute("aria-label", text);
    this.count.hidden = topics.length === 0;
    this.count.textContent = topics.length;
  }
}
