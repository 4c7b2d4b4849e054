// A figure as PNG, drawn by the browser from the SVG on the page: light, at 200 dots an inch.
const DOTS_PER_POINT = 200 / 72;

function standAlone(svg) {
  const [, , width, height] = svg.getAttribute("viewBox").split(" ");
  const copy = svg.cloneNode(true);
  copy.setAttribute("width", Math.round(width * DOTS_PER_POINT));
  copy.setAttribute("height", Math.round(height * DOTS_PER_POINT));
  copy.setAttribute("font-family", getComputedStyle(svg).fontFamily);
  return new XMLSerializer().serializeToString(copy)
    .replace(/var\(--[\w-]+,\s*(#[0-9a-f]{6})\)/g, "$1").replaceAll("currentColor", "#1a1a1a");
}

async function savePng(svg, name) {
  const image = new Image();
  image.src = `data:image/svg+xml,${encodeURIComponent(standAlone(svg))}`;
  await image.decode();
  const canvas = Object.assign(document.createElement("canvas"), { width: image.width, height: image.height });
  const context = canvas.getContext("2d");
  context.fillStyle = "#fff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(image, 0, 0);
  Object.assign(document.createElement("a"), { href: canvas.toDataURL("image/png"), download: name }).click();
}

addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll("figcaption .take-away a").forEach((link) => {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: "PNG" });
    button.ariaLabel = link.ariaLabel.replace("SVG", "PNG");
    const figure = link.closest("figure");
    button.onclick = () => savePng(figure.querySelector("svg.figure"), `${figure.id}.png`);
    link.after(" · ", button);
  });
});
