// Times as a person in their own time zone reads them.

const formats = new Map();

function format(tz, options) {
  const key = tz + JSON.stringify(options);
  if (!formats.has(key)) {
    let made;
    try {
      made = new Intl.DateTimeFormat("en-GB", { ...options, timeZone: tz || "UTC" });
    } catch {
      made = new Intl.DateTimeFormat("en-GB", { ...options, timeZone: "UTC" });
    }
    formats.set(key, made);
  }
  return formats.get(key);
}

// fromTS makes a Date of a message's ts ("1763971200.000100").
export const fromTS = (ts) => new Date(Number(String(ts).split(".")[0]) * 1000);

export const clockTime = (date, tz) => format(tz, { hour: "2-digit", minute: "2-digit" }).format(date);
export const secondsTime = (date, tz) => format(tz, { hour: "2-digit", minute: "2-digit", second: "2-digit" }).format(date);
export const dayKey = (date, tz) => format(tz, { year: "numeric", month: "2-digit", day: "2-digit" }).format(date);
export const shortDay = (date, tz) => format(tz, { weekday: "short", day: "numeric", month: "short" }).format(date);
export const fullTime = (date, tz) =>
  format(tz, { weekday: "long", day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit" }).format(date);
const longDay = (date, tz) => format(tz, { weekday: "long", day: "numeric", month: "long" }).format(date);
const longDayYear = (date, tz) => format(tz, { weekday: "long", day: "numeric", month: "long", year: "numeric" }).format(date);

const DAY = 86400000;

function relative(date, now, tz) {
  const key = dayKey(date, tz);
  if (key === dayKey(now, tz)) return "Today";
  if (key === dayKey(new Date(now.getTime() - DAY), tz)) return "Yesterday";
  if (key === dayKey(new Date(now.getTime() + DAY), tz)) return "Tomorrow";
  return "";
}

// dayName heads a day's messages: Today, Yesterday, Monday 23 November.
export function dayName(date, now, tz) {
  const sameYear = format(tz, { year: "numeric" }).format(date) === format(tz, { year: "numeric" }).format(now);
  return relative(date, now, tz) || (sameYear ? longDay(date, tz) : longDayYear(date, tz));
}

// slackDate fills the format of a <!date^…> token.
export function slackDate(seconds, pattern, now, tz) {
  const date = new Date(Number(seconds) * 1000);
  if (Number.isNaN(date.getTime())) return null;
  const pretty = (plain) => relative(date, now, tz).toLowerCase() || plain;
  const parts = {
    date_num: () => format(tz, { year: "numeric", month: "2-digit", day: "2-digit" }).format(date).split("/").reverse().join("-"),
    date: () => longDayYear(date, tz).replace(/^\S+ /, ""),
    date_short: () => format(tz, { day: "numeric", month: "short", year: "numeric" }).format(date),
    date_long: () => longDayYear(date, tz),
    date_pretty: () => pretty(parts.date()),
    date_short_pretty: () => pretty(parts.date_short()),
    date_long_pretty: () => pretty(parts.date_long()),
    day_divider_pretty: () => dayName(date, now, tz),
    time: () => clockTime(date, tz),
    time_secs: () => secondsTime(date, tz),
    ago: () => ago(date, now),
  };
  return pattern.replace(/\{(\w+)\}/g, (all, name) => (parts[name] ? parts[name]() : all));
}

function ago(date, now) {
  const minutes = Math.round((now - date) / 60000);
  const size = Math.abs(minutes);
  const words = size < 60 ? [size, "minute"] : size < 1440 ? [Math.round(size / 60), "hour"] : [Math.round(size / 1440), "day"];
  const text = `${words[0]} ${words[1]}${words[0] === 1 ? "" : "s"}`;
  return minutes >= 0 ? `${text} ago` : `in ${text}`;
}

// localInput is the value of a datetime-local field for a moment in a zone.
export function localInput(date, tz) {
  const parts = Object.fromEntries(
    format(tz, { year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23" })
      .formatToParts(date)
      .map((p) => [p.type, p.value]),
  );
  return `${parts.year}-${parts.month}-${parts.day}T${parts.hour}:${parts.minute}`;
}

// fromLocalInput is the moment that such a field means in a zone. The second
// pass is for moments near a change of the clocks.
export function fromLocalInput(text, tz) {
  const wanted = Date.parse(`${text.slice(0, 16)}Z`);
  let date = new Date(wanted);
  for (let pass = 0; pass < 2; pass++) date = new Date(date.getTime() + wanted - Date.parse(`${localInput(date, tz)}Z`));
  return date;
}
