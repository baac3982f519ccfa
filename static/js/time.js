// Times under 24 hours in the reader's words: time[datetime][data-rel]. Older ones keep what the server wrote.
import { all, hear, lang } from "./dom.js";

const words = new Intl.RelativeTimeFormat(lang, { numeric: "auto" });

export function start() {
  draw();
  hear("drawn", draw);
  setInterval(draw, 60000);
}

function draw() {
  for (const time of all("time[data-rel]")) {
    time.dataset.full ??= time.title || time.textContent;
    const text = ago(Date.parse(time.dateTime)) ?? time.dataset.long ?? time.dataset.full;
    if (time.textContent !== text) time.textContent = text;
  }
}

function ago(then) {
  const minutes = Math.floor((Date.now() - then) / 60000);
  if (!(minutes < 1440) || minutes < -1) return null;
  if (minutes < 1) return words.format(0, "second");
  return minutes < 60 ? words.format(-minutes, "minute") : words.format(-Math.floor(minutes / 60), "hour");
}
