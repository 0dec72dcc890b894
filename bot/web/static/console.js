// Keeps a page of the console up to date. What somebody is writing is never touched: they are told instead.

const SECONDS = 5;

const page = () => document.getElementById("console");
const news = document.getElementById("news");

function isInUse() {
  const fields = [...page().querySelectorAll("textarea, select")];
  const isWritten = fields.some((field) => field.matches("textarea") && field.value !== field.defaultValue);
  return isWritten || page().contains(document.activeElement) || page().querySelector("details[open]") !== null;
}

async function look() {
  if (document.hidden) return;
  const response = await fetch(location.href, { cache: "no-store", credentials: "same-origin" });
  if (!response.ok || response.redirected) return;
  const found = new DOMParser().parseFromString(await response.text(), "text/html").getElementById("console");
  if (!found || found.dataset.stamp === page().dataset.stamp) return;
  if (isInUse()) news.hidden = false;
  else page().replaceWith(document.adoptNode(found));
}

if (news) setInterval(() => look().catch(() => {}), SECONDS * 1000);
