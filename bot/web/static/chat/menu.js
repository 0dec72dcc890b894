// The main topics: in the welcome while nothing has been said, afterwards behind the menu button.

export class Menu {
  /** `tap(value, label)` is called for the topic that is chosen. */
  constructor({ menu, button, welcomeHome, dockHome, tap }) {
    this.menu = menu;
    this.button = button;
    this.welcomeHome = welcomeHome;
    this.dockHome = dockHome;
    this.inWelcome = null;
    button.addEventListener("click", () => this.toggle());
    menu.addEventListener("keydown", (event) => this.onKey(event));
    for (const topic of menu.querySelectorAll(".topic"))
      topic.addEventListener("click", () => {
        if (!this.inWelcome) this.show(false);
        tap(topic.dataset.value, topic.textContent);
      });
  }

  /** Where the menu lives; it is open in the welcome, closed when it moves to the dock. */
  settle(inWelcome) {
    if (this.inWelcome === inWelcome) return;
    this.inWelcome = inWelcome;
    (inWelcome ? this.welcomeHome : this.dockHome).append(this.menu);
    this.show(inWelcome);
  }

  show(isOpen) {
    this.menu.hidden = !isOpen;
    this.button.setAttribute("aria-expanded", String(isOpen));
  }

  toggle() {
    this.show(this.inWelcome || this.menu.hidden);
    const first = this.menu.querySelector("button");
    if (!this.menu.hidden && first) first.focus();
  }

  onKey(event) {
    if (event.key !== "Escape" || this.inWelcome) return;
    this.show(false);
    this.button.focus();
  }
}
