// The list of all findings, a page at a time.

const ROWS_AT_ONCE = 50;

class FindingList {
  constructor(capture) {
    this.capture = capture;
    this.page = 0;
    this.cause = -1;
    const { causes, head } = capture.model;
    this.choice = element("select", { "aria-label": "Cause", onchange: () => {
      this.cause = Number(this.choice.value);
      this.page = 0;
      this.fill();
    } }, element("option", { value: "-1" }, "all causes"), ...causes.map((cause, i) => element("option", { value: String(i) }, cause.cause)));
    this.count = element("span", { "aria-live": "polite" });
    this.body = element("tbody");
    const turn = by => () => {
      this.page = Math.max(0, Math.min(this.page + by, Math.ceil(this.chosen().length / ROWS_AT_ONCE) - 1));
      this.fill();
    };
    const columns = ["Time", "Cause", "Task", "VMA", "Place", "What"];
    this.root = element("details", { class: "list" }, element("summary", {}, `All findings: ${counted(capture.model.findings.length + head.findings.unplaced, "finding")}`),
      element("div", { class: "tools" }, this.choice, element("button", { type: "button", onclick: turn(-1) }, "previous page"), element("button", { type: "button", onclick: turn(1) }, "next page"), this.count),
      element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "All findings" },
        element("table", {}, element("thead", {}, element("tr", {}, ...columns.map(name => element("th", { scope: "col" }, name)))), this.body)),
      ...head.findings.unplaced ? [element("p", {}, `${counted(head.findings.unplaced, "further finding")} of these causes ${head.findings.unplaced === 1 ? "is" : "are"} counted, and neither listed nor marked.`)] : []);
    this.root.addEventListener("toggle", () => this.fill());
  }

  chosen() {
    const numbers = this.capture.model.findings.map((_, i) => i);
    return this.cause < 0 ? numbers : numbers.filter(i => this.capture.model.findings[i].cause === this.cause);
  }

  fill() {
    const { model, words } = this.capture;
    const chosen = this.chosen();
    const first = this.page * ROWS_AT_ONCE;
    const last = Math.min(chosen.length, first + ROWS_AT_ONCE);
    this.count.textContent = chosen.length ? `${first + 1} to ${last} of ${chosen.length.toLocaleString("en")}` : "none";
    this.body.replaceChildren(...chosen.slice(first, last).map(i => {
      const finding = model.findings[i];
      const cause = model.causes[finding.cause];
      return element("tr", {},
        element("td", {}, element("button", { type: "button", class: "link", onclick: () => this.capture.goTo(i, true) }, words.time(finding.time))),
        element("td", {}, (cause.definite ? "" : "possible ") + cause.cause),
        element("td", {}, finding.task ? words.task(finding.task) : String(finding.pid)),
        element("td", {}, finding.vma ? "0x" + finding.vma : ""),
        element("td", { class: "number" }, finding.place === undefined ? "" : String(finding.place)),
        element("td", {}, finding.message ?? "not listed whole: marked only"));
    }));
  }
}
