// Times as people in Japan read them, wherever the browser stands.

const JAPAN = 9 * 60 * 60 * 1000;

function parts(iso) {
  const at = new Date(Date.parse(iso) + JAPAN);
  return {
    year: at.getUTCFullYear(),
    month: at.getUTCMonth() + 1,
    day: at.getUTCDate(),
    weekday: at.getUTCDay(),
    hour: at.getUTCHours(),
    minute: String(at.getUTCMinutes()).padStart(2, "0"),
  };
}

export function fill(pattern, values) {
  return pattern.replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
}

/** Equal for two moments of the same day in Japan. */
export function dayOf(iso) {
  const { year, month, day } = parts(iso);
  return `${year}-${month}-${day}`;
}

export function dayText(iso, phrases) {
  const at = parts(iso);
  return fill(phrases.day, { ...at, weekday: phrases.weekdays[at.weekday] });
}

export function momentText(iso, phrases) {
  return fill(phrases.moment, parts(iso));
}
