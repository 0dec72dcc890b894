// The chat page: what is written goes to the outbox and from there to the desk; what is shown
// comes from the desk. Every sentence stands in chat.html.

import { Composer } from "./chat/composer.js";
import { Conversation } from "./chat/conversation.js";
import { phrases } from "./chat/lines.js";
import { Listener } from "./chat/listener.js";
import { Menu } from "./chat/menu.js";
import { NoticesButton } from "./chat/notices.js";
import { Outbox } from "./chat/outbox.js";
import { Scrolling } from "./chat/scrolling.js";
import { Sender } from "./chat/sender.js";
import { fetchState } from "./chat/wire.js";

const TYPING_SECONDS = 20;

const part = (id) => document.getElementById(id);
const title = document.title;
const hasMouse = matchMedia("(hover: hover) and (pointer: fine)");

const outbox = new Outbox();
const sender = new Sender(outbox, report);
const listener = new Listener({ heard, failed });
const conversation = new Conversation(part("lines"), { tap: say, again, discard });
const composer = new Composer(part("composer"), (text) => say({ text }, text));
const scrolling = new Scrolling({ dock: part("dock"), unseen: part("unseen") });
const menu = new Menu({
  menu: part("menu"),
  button: part("menu-button"),
  welcomeHome: part("welcome-menu"),
  dockHome: part("dock-menu"),
  tap: (value, label) => say({ tap: { value } }, label),
});

const notices = new NoticesButton(part("notices-button"), part("notices-count"), (value, label) => say({ tap: { value } }, label));

let isTyping = false;
let typingTimer;
let unread = 0;

/** A message, tap or rating of the person; `words` is how it is shown, null for a rating. */
function say(content, words) {
  outbox.add(content, words);
  showOutbox();
  if (words !== null) {
    scrolling.toEnd();
    if (hasMouse.matches) composer.focus();
  }
  sender.flush();
}

function showOutbox() {
  conversation.showOutbox(outbox.all());
  refresh();
}

/** Another tab has rated, or sent, or discarded what we show as pending. */
function followOtherTabs(entry) {
  if (entry && entry.words === null) conversation.showRated(entry.tap);
  showOutbox();
  listener.hurry();
}

function report(entry, outcome) {
  if (outcome.stored) conversation.showProgress(entry.key, null);
  else if ("later" in outcome) conversation.showProgress(entry.key, outcome.why || phrases.waiting);
  else if (entry.words === null) discard(entry.key);
  showOutbox();
}

function again(key) {
  const entry = outbox.all().find((one) => one.key === key);
  if (!entry) return;
  outbox.put({ ...entry, trouble: undefined });
  conversation.showProgress(key, null);
  sender.flush();
}

function discard(key) {
  outbox.drop(key);
  conversation.removePending(key);
  refresh();
  composer.focus();
}

function heard(items, isFirst, topics) {
  notices.show(topics);
  if (isFirst) {
    add(items);
    scrolling.toEnd();
  } else scrolling.follow(() => add(items));
  part("log").removeAttribute("aria-busy");
  countUnread(isFirst ? [] : items);
  showOutbox();
}

/** Gives the first new line of the desk. */
function add(items) {
  let first = null;
  for (const item of items) {
    outbox.drop(item.key);
    const line = conversation.add(item);
    if (item.who === "desk") first ??= line;
  }
  return first;
}

function refresh() {
  const isFresh = conversation.isEmpty;
  part("welcome").hidden = !isFresh;
  menu.settle(isFresh);
  showTyping(conversation.isWaiting);
}

function showTyping(isWaiting) {
  if (isWaiting === isTyping) return;
  isTyping = isWaiting;
  part("typing").textContent = isWaiting ? phrases.typing : "";
  clearTimeout(typingTimer);
  typingTimer = setTimeout(() => { part("typing").textContent = ""; }, TYPING_SECONDS * 1000);
}

function countUnread(items) {
  if (document.hidden) unread += items.filter((item) => item.who === "desk").length;
  document.title = unread > 0 ? `(${unread}) ${title}` : title;
}

/** A single failure is no news; while it lasts the notice stays the same, so that it is read out once. */
function failed(failures, why) {
  const notice = troubleText(failures, why);
  if (part("notice").textContent !== notice) part("notice").textContent = notice;
  if (failures === 0) sender.flush();
}

function troubleText(failures, why) {
  if (failures > 0 && !navigator.onLine) return phrases.offline;
  return failures > 1 ? why || phrases.unreachable : "";
}

/** Whether staff are there; without an answer nothing is said of it. */
async function showState() {
  const { desk } = await fetchState().catch(() => ({}));
  part("desk-state").textContent = { before: phrases.deskBefore, closed: phrases.deskClosed }[desk] ?? "";
}

document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  unread = 0;
  countUnread([]);
});
outbox.watch(followOtherTabs);

showState();
listener.run();
sender.flush();
