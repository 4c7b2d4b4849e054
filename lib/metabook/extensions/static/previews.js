// What stands in the title of a citation or a word of the glossary, shown on hover and on
// keyboard focus, until the pointer or the focus leaves or Escape is pressed. Touch follows the link.
const PATIENCE = 200; // milliseconds: a pointer that only passes opens nothing, and may cross the gap
const GAP = 6; // pixels between a link and its preview
let shown = null;
let waiting = 0;

function later(action) {
  clearTimeout(waiting);
  waiting = setTimeout(action, PATIENCE);
}

function hide() {
  clearTimeout(waiting);
  shown?.hidePopover();
  shown = null;
}

function show(preview, link) {
  hide();
  preview.showPopover();
  shown = preview;
  const [line] = link.getClientRects();
  const { width, height } = preview.getBoundingClientRect();
  const page = document.documentElement;
  const left = Math.max(GAP, Math.min(line.left, page.clientWidth - width - GAP));
  const below = line.bottom + GAP;
  const fits = below + height <= page.clientHeight;
  preview.style.left = `${left + scrollX}px`;
  preview.style.top = `${(fits ? below : line.top - GAP - height) + scrollY}px`;
}

function previewOf(text, id) {
  const preview = Object.assign(document.createElement("div"), { className: "preview", id, textContent: text });
  preview.role = "tooltip";
  preview.popover = "manual";
  preview.onpointerenter = () => clearTimeout(waiting);
  preview.onpointerleave = () => later(hide);
  return document.body.appendChild(preview);
}

addEventListener("DOMContentLoaded", () => {
  if (!HTMLElement.prototype.showPopover) return; // then the browser shows the title
  const previews = new Map();
  document.querySelectorAll("article a.internal[title]").forEach((link) => {
    const text = link.title;
    if (!previews.has(text)) previews.set(text, previewOf(text, `preview-${previews.size + 1}`));
    const preview = previews.get(text);
    link.removeAttribute("title");
    link.setAttribute("aria-describedby", preview.id);
    link.onpointerenter = ({ pointerType }) => { if (pointerType === "mouse") later(() => show(preview, link)); };
    link.onpointerleave = () => later(hide);
    link.onfocus = () => { if (link.matches(":focus-visible")) show(preview, link); };
    link.onblur = hide;
  });
});
addEventListener("keydown", ({ key }) => { if (key === "Escape") hide(); });
