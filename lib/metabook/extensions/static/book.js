// Opens or folds all code of a page, and remembers the choice for the next page.
const folds = () => [...document.querySelectorAll("details.code")];

function toggleCode(open = !folds().every((fold) => fold.open)) {
  folds().forEach((fold) => { fold.open = open; });
  document.querySelector(".btn-code-button")?.setAttribute("aria-pressed", open);
  try { localStorage.setItem("code", open ? "open" : ""); } catch { /* then it is not kept */ }
}

// What is wider than the screen scrolls; the keyboard must reach it to do so.
function reachScrolling() {
  document.querySelectorAll("div.math, .figure-scroll, div.twobytwo, pre").forEach((box) => {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  });
}

addEventListener("DOMContentLoaded", () => {
  let kept = "";
  try { kept = localStorage.getItem("code"); } catch { /* then it is folded */ }
  if (folds().length) toggleCode(kept === "open");
  document.fonts.ready.then(reachScrolling);
});
addEventListener("resize", reachScrolling);
document.addEventListener("toggle", reachScrolling, true); // what was folded had no width

// Paper cannot be clicked: what is folded, except code, is printed open; of a question the right
// answer. Answers share a name, by which a browser keeps only one of them open.
const unfolded = [];
addEventListener("beforeprint", () => {
  document.querySelectorAll("article details:not(.code)").forEach((box) => {
    unfolded.push([box, box.open, box.getAttribute("name")]);
    box.removeAttribute("name");
    box.open = !box.classList.contains("wrong");
  });
});
addEventListener("afterprint", () => {
  unfolded.splice(0).forEach(([box, open, name]) => {
    if (name) box.setAttribute("name", name);
    box.open = open;
  });
});
