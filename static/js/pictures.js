// A picture that costs nothing until somebody asks: a[data-picture] opens in place, with data-alt or its <em> as its words.
import { on, one } from "./dom.js";

export const start = () => on("click", "a[data-picture]", (event, link) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const picture = new Image();
  picture.alt = link.dataset.alt ?? one("em", link)?.textContent ?? "";
  picture.tabIndex = -1; // the keyboard stays where the link was
  picture.addEventListener("error", () => picture.replaceWith(link));
  picture.src = link.href;
  link.replaceWith(picture);
  picture.focus();
});
