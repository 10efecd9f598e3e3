// What the whole page does.

const MOST_READ_AHEAD = 8;

const captures = [];

/** Reads a capture's pictures once they are about to be seen. */
function start(host) {
  const observer = new IntersectionObserver(async entries => {
    if (!entries.at(-1).isIntersecting) {
      return;
    }
    observer.disconnect();
    await begin(host);
  }, { rootMargin: "1000px" });
  observer.observe(host);
}

/** Reads a capture's pictures, once. */
function begin(host) {
  return host.begun ??= read(host);
}

async function read(host) {
  const data = await decoded(host.querySelector("script").textContent);
  host.capture = new Capture(host, data);
  captures.push(host.capture);
  performance.mark("drawn");
  return host.capture;
}

/** The colours: as the system has them, light, dark. */
const THEMES = [["", "as the system has them"], ["light", "light"], ["dark", "dark"]];

function themes(button) {
  let at = 0;
  button.addEventListener("click", () => {
    at = (at + 1) % THEMES.length;
    document.documentElement.dataset.theme = THEMES[at][0];
    button.textContent = `Colours: ${THEMES[at][1]}`;
    restyle();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", restyle);
}

function restyle() {
  captures.forEach(capture => capture.charts().forEach(chart => chart.restyle()));
}

/** Paper is white, as wide as a sheet, and nobody can open there what is closed. */
function printing() {
  const { documentElement: root } = document;
  let closed = [], theme = "";
  addEventListener("beforeprint", () => {
    theme = root.dataset.theme ?? "";
    root.dataset.theme = "light";
    root.classList.add("paper");
    closed = [...document.querySelectorAll("details:not([open]):not(.list):not(.told):not(.meetings)")];
    closed.forEach(details => { details.open = true; });
    captures.forEach(capture => capture.charts().forEach(chart => chart.drawForPaper()));
  });
  addEventListener("afterprint", () => {
    root.dataset.theme = theme;
    root.classList.remove("paper");
    closed.forEach(details => { details.open = false; });
    restyle();
  });
}

/** Reads the pictures of the first captures while nobody waits: printing does not wait for it. */
async function readAhead() {
  for (const host of [...document.querySelectorAll(".figures")].slice(0, MOST_READ_AHEAD)) {
    await new Promise(idle => window.requestIdleCallback ? requestIdleCallback(idle, { timeout: 500 }) : setTimeout(idle, 500));
    await begin(host);
  }
}

themes(document.getElementById("theme"));
printing();
addEventListener("load", readAhead);
document.querySelectorAll(".figures").forEach(start);
document.addEventListener("click", async event => {
  const cause = event.target.closest?.("button.show")?.dataset.cause;
  if (cause !== undefined) {
    const capture = await begin(event.target.closest(".capture").querySelector(".figures"));
    capture?.goTo(capture.model.findings.findIndex(finding => finding.cause === Number(cause)), true);
  }
});
