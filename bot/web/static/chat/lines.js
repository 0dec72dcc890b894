// Lines of the conversation as elements, made from the <template>s of the page.

import { dayText, fill, momentText } from "./moments.js";
import { appendText } from "./richtext.js";

export const phrases = document.getElementById("phrases").dataset;

function made(template) {
  return document.getElementById(template).content.firstElementChild.cloneNode(true);
}

export function dayLine(iso) {
  const line = made("day-line");
  line.querySelector("span").textContent = dayText(iso, phrases);
  return line;
}

/** A message of the person; until `settle` it counts as being sent. */
export function ownLine(words) {
  const line = made("own-line");
  line.dataset.state = "sending";
  line.querySelector(".text").textContent = words;
  return line;
}

/** The desk has it. */
export function settle(line, item) {
  line.dataset.state = "stored";
  line.dataset.id = item.id;
  line.querySelector(".text").textContent = item.text;
  line.querySelector(".trouble").remove();
  stamp(line, item);
}

/** Why it is not sent: `null` clears it; only a refused message can be discarded. */
export function showTrouble(line, why, isRefused) {
  const trouble = line.querySelector(".trouble");
  if (!trouble) return;
  line.dataset.state = isRefused ? "refused" : why === null ? "sending" : "waiting";
  trouble.hidden = why === null;
  trouble.querySelector(".why").textContent = why ?? "";
  trouble.querySelector(".discard").hidden = !isRefused;
}

/** A reply of the desk. `tap(value, label)` is called for what is tapped on it, label null for a rating. */
export function deskLine(item, tap) {
  const line = made("desk-line");
  line.dataset.id = item.id;
  line.classList.toggle("urgent", item.urgent);
  line.classList.toggle("staff", item.by === "staff");
  line.classList.toggle("unasked", item.by === "notice");
  line.classList.toggle("withdrawn", item.withdrawn);
  showHead(line, item);
  appendText(line.querySelector(".text"), item.withdrawn ? phrases.withdrawn : item.text, { phones: item.urgent });
  line.querySelector(".sources").textContent = sourcesText(item.sources);
  showChoices(line.querySelector(".choices"), item.choices, tap);
  showChoices(line.querySelector(".related"), item.related, tap);
  showRating(line.querySelector(".rating"), item, tap);
  stamp(line, item);
  return line;
}

function showHead(line, { outcome, urgent, ticket, by, revised }) {
  const kind = urgent ? "urgent" : by || outcome;
  const label = line.querySelector(".outcome");
  const number = line.querySelector(".ticket");
  if (kind) {
    label.querySelector("use").setAttribute("href", `#icon-${kind}`);
    label.lastElementChild.textContent = phrases[kind];
  } else label.remove();
  if (ticket) number.querySelector("b").textContent = ticket;
  else number.remove();
  if (!revised) line.querySelector(".revised").remove();
  const head = line.querySelector(".head");
  if (head.childElementCount === 0) head.remove();
}

function sourcesText(sources) {
  return sources.length > 0 ? fill(phrases.source, { source: sources.join(phrases.separator) }) : "";
}

function showChoices(group, choices, tap) {
  if (choices.length === 0) return group.remove();
  group.append(...choices.map((choice) => choiceButton(choice, tap)));
}

function choiceButton({ label, value }, tap) {
  const button = document.createElement("button");
  button.type = "button";
  button.dataset.value = value;
  button.textContent = label;
  button.addEventListener("click", () => tap(value, label));
  return button;
}

function showRating(group, { rateable, rated }, tap) {
  if (!rateable) return group.remove();
  for (const button of group.querySelectorAll("button"))
    button.addEventListener("click", () => {
      if (button.getAttribute("aria-pressed") === "true") return;
      press(group, button.dataset.value);
      tap(button.dataset.value, null);
    });
  if (rated !== null) press(group, rated ? "rate:up" : "rate:down");
}

/** Show which of the two ratings holds. */
export function press(group, value) {
  for (const button of group.querySelectorAll("button"))
    button.setAttribute("aria-pressed", String(button.dataset.value === value));
}

function stamp(line, item) {
  const time = line.querySelector("time");
  time.dateTime = item.at;
  time.textContent = momentText(item.at, phrases);
}
