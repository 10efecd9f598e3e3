// What the whole page does.

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

async function begin(host) {
  if (host.capture) {
    return host.capture;
  }
  const script = host.querySelector("script");
  if (!script) {
    return null;
  }
  const data = await decoded(script.textContent);
  script.remove();
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

/** Paper is white, and nobody can open there what is closed. */
function printing() {
  let closed = [], theme = "";
  addEventListener("beforeprint", () => {
    theme = document.documentElement.dataset.theme ?? "";
    document.documentElement.dataset.theme = "light";
    closed = [...document.querySelectorAll("details:not([open]):not(.list):not(.told)")];
    closed.forEach(details => { details.open = true; });
    restyle();
  });
  addEventListener("afterprint", () => {
    document.documentElement.dataset.theme = theme;
    closed.forEach(details => { details.open = false; });
    restyle();
  });
}

themes(document.getElementById("theme"));
printing();
document.querySelectorAll(".figures").forEach(start);
document.addEventListener("click", async event => {
  const cause = event.target.closest?.("button.show")?.dataset.cause;
  if (cause !== undefined) {
    const capture = await begin(event.target.closest(".capture").querySelector(".figures"));
    capture?.goTo(capture.model.findings.findIndex(finding => finding.cause === Number(cause)), true);
  }
});
