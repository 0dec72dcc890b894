// Plain text into nodes: https addresses, and on request telephone numbers, become links.
// Nothing is ever read as markup.

const MARKS = /https:\/\/[\w\-.~:/?#@!$&'*+,;=%]+|\d[\d-]*\d/g;
const PHONE = /^(1\d\d|0\d{1,4}-\d{1,4}-\d{3,4}|0\d{9,10})$/;
const TRAILING = /[.,;:!?'*]+$/;

export function appendText(parent, text, { phones = false } = {}) {
  let done = 0;
  for (const match of text.matchAll(MARKS)) {
    const link = match[0].startsWith("https:") ? webLink(match[0]) : phones && phoneLink(match[0]);
    if (!link) continue;
    parent.append(text.slice(done, match.index), link);
    done = match.index + link.textContent.length;
  }
  parent.append(text.slice(done));
}

function webLink(found) {
  const address = found.replace(TRAILING, "");
  if (!parses(address)) return null;
  const link = document.createElement("a");
  link.href = address;
  link.target = "_blank";
  link.rel = "noopener noreferrer";
  link.textContent = address;
  return link;
}

function parses(address) {
  try {
    return new URL(address).hostname !== "";
  } catch {
    return false;
  }
}

function phoneLink(number) {
  if (!PHONE.test(number)) return null;
  const link = document.createElement("a");
  link.href = `tel:${number.replace(/-/g, "")}`;
  link.textContent = number;
  return link;
}
