// The list of lines: what the desk has stored, in its order, then what is still being sent.

import { deskLine, dayLine, ownLine, phrases, press, settle, showTrouble } from "./lines.js";
import { dayOf } from "./moments.js";

export class Conversation {
  /** `tap(content, words)` for taps; `again(key)` and `discard(key)` for messages in trouble. */
  constructor(list, { tap, again, discard }) {
    this.list = list;
    this.tap = tap;
    this.again = again;
    this.discard = discard;
    this.pending = new Map();
    this.day = null;
    this.lastWho = null;
    this.isWithPerson = false;
  }

  get isEmpty() {
    return this.list.childElementCount === 0;
  }

  /** Whether the person has spoken last and the desk is to answer by itself. */
  get isWaiting() {
    if (this.isWithPerson) return false;
    const isSending = [...this.pending.values()].some((line) => line.dataset.state === "sending");
    return isSending || this.lastWho === "you";
  }

  /** Add a stored line, or change the one that it revises; gives its element, if there is one. */
  add(item) {
    if (item.revises !== null) return this.revise(item);
    const line = item.who === "you" ? this.own(item) : this.desks(item);
    if (item.by !== "notice") this.note(item);
    return line;
  }

  /** Who speaks; a notice comes whatever is being said. */
  note({ who, by }) {
    this.lastWho = who;
    if (who === "desk") this.isWithPerson = by === "staff";
  }

  revise(item) {
    const old = this.list.querySelector(`.desk[data-id="${Number(item.revises)}"]`);
    if (!old) return null;
    const at = old.querySelector("time").dateTime;
    const line = this.deskLine({ ...item, id: item.revises, at });
    old.replaceWith(line);
    return line;
  }

  own(item) {
    const waiting = this.pending.get(item.key);
    this.pending.delete(item.key);
    const line = waiting ?? ownLine(item.text);
    settle(line, item);
    this.place(line, item.at);
    return line;
  }

  desks(item) {
    const line = this.deskLine(item);
    this.place(line, item.at);
    return line;
  }

  deskLine(item) {
    return deskLine(item, (value, label) => this.tap({ tap: { value, reply: item.id } }, label));
  }

  /** Before what is still being sent, after a new day where one began; a line in place is not moved. */
  place(line, at) {
    const [first = null] = this.pending.values();
    if (dayOf(at) !== this.day) this.list.insertBefore(dayLine(at), line.isConnected ? line : first);
    this.day = dayOf(at);
    if (!line.isConnected || line.nextElementSibling !== first) this.list.insertBefore(line, first);
  }

  /** Show the outbox: new entries appear, discarded ones vanish; ratings are pressed on their reply. */
  showOutbox(entries) {
    const keys = new Set(entries.map((entry) => entry.key));
    for (const [key, line] of this.pending)
      if (line.dataset.state === "refused" && !keys.has(key)) this.removePending(key);
    for (const entry of entries) {
      if (entry.words === null) this.showRated(entry.tap);
      else this.showEntry(entry);
    }
  }

  showEntry(entry) {
    const line = this.pending.get(entry.key) ?? this.appendPending(entry);
    if (entry.trouble) showTrouble(line, entry.trouble === true ? phrases.refused : entry.trouble, true);
    else if (line.dataset.state === "refused") showTrouble(line, null, false);
  }

  appendPending(entry) {
    const line = ownLine(entry.words);
    line.querySelector(".again").addEventListener("click", () => this.again(entry.key));
    line.querySelector(".discard").addEventListener("click", () => this.discard(entry.key));
    this.pending.set(entry.key, line);
    this.list.append(line);
    return line;
  }

  showRated({ value, reply }) {
    const group = this.list.querySelector(`.desk[data-id="${Number(reply)}"] .rating`);
    if (group) press(group, value);
  }

  /** Tell beside a message how sending it goes: `why` null while it is on its way. */
  showProgress(key, why) {
    const line = this.pending.get(key);
    if (line) showTrouble(line, why, false);
  }

  removePending(key) {
    const line = this.pending.get(key);
    if (line) line.remove();
    this.pending.delete(key);
  }
}
