// One capture's pictures, put together.

const MOST_TOLD = 200;

/** The pictures of one capture. */
class Capture {
  constructor(host, data) {
    this.host = host;
    this.model = new Model(data);
    this.words = new Words(data.head);
    this.window = new TimeWindow(this.model.span);
    this.window.from = -this.model.span * 0.005;
    this.window.to = this.model.span * 1.005;
    this.at = -1;
    this.tracks = new Tracks(this);
    this.space = new Space(this);
    this.life = new Life(this);
    this.refcnt = new Refcnt(this);
    this.heat = new Heat(this);
    this.list = new FindingList(this);
    this.show();
    this.window.listeners.push(() => this.tell());
    this.tell();
  }

  show() {
    const { model, words } = this;
    const button = (text, does, label = text) => element("button", { type: "button", onclick: does, "aria-label": label }, text);
    this.where = element("output", { class: "where" });
    this.host.replaceChildren();
    if (!model.findings.length && !model.spans.size && !model.vmas.size && !model.head.faults.rows.length) {
      this.none(null, "Nothing in this capture can be drawn: it has no lock, page fault, system call or VMA. The tracepoints of mmap_lock, exceptions, syscalls and maple_tree show them.");
      return;
    }
    if (model.findings.length) {
      this.host.append(this.list.root);
    }
    this.meetings();
    this.host.append(element("div", { class: "tools", role: "toolbar", "aria-label": "What is shown" },
      button("all", () => this.window.all(), "Show all"), button("+", () => this.window.zoom(0.5), "Zoom in"), button("−", () => this.window.zoom(2), "Zoom out"),
      button("◀", () => this.window.move(-0.5), "Earlier"), button("▶", () => this.window.move(0.5), "Later"),
      ...model.findings.length ? [button("◀ finding", () => this.step(-1), "Previous finding"), button("finding ▶", () => this.step(1), "Next finding")] : [], this.where));
    const there = kind => model.spans.kind.includes(kind);
    if (this.tracks.tracks.length || model.findings.length) {
      this.figure("Tasks and mmap_locks", this.tracks, legend(KINDS.filter((_, kind) => there(kind))), this.pager(),
        element("p", { class: "note" }, `An mm has two lanes: who waits for its mmap_lock, and who holds it. A task has four: ${TASK_LANES.join(", ")}. Where several share a point, the one that takes most of it is seen; waits for readers always.`));
    } else {
      this.none("Tasks and mmap_locks", "No task asks for a lock, has a page fault or makes a system call in this capture. The tracepoints of mmap_lock, exceptions and syscalls show that.");
    }
    if (this.space.mms.length) {
      const isDrawn = kind => model.hasLookUps ? [LOOK_UP, LOOK_UP + 1, READ_LOCK].includes(kind) : isFault(kind);
      this.figure("VMAs over the address space", this.space, legend([...STATES.filter((_, state) => model.vmas.kind.includes(state)), ...KINDS.filter((_, kind) => isDrawn(kind) && there(kind))]), this.spaceTools());
      this.one();
    } else {
      this.none("VMAs over the address space", "No VMA is seen in this capture. The tracepoint maple_tree:ma_write shows them as they are stored in the tree; probes of vm_area_alloc(), vma_mark_detached() and vm_area_free() show when they begin, leave the tree and are freed.");
    }
    if (model.head.faults.rows.length) {
      this.figure("Page faults over addresses and time", this.heat, this.heatKey(), this.heatTools());
    } else {
      this.none("Page faults over addresses and time", "No page fault is in this capture. The tracepoints exceptions:page_fault_user and exceptions:page_fault_kernel show them.");
    }
    this.told = element("tbody");
    this.tableOf = element("details", { class: "told" }, element("summary", {}, "What is shown, as a table"),
      element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "What is shown, as a table" }, element("table", {},
        element("thead", {}, element("tr", {}, ...["Begins", "Lasts", "Task", "What"].map(name => element("th", { scope: "col" }, name)))), this.told)),
      this.toldOf = element("p"));
    this.tableOf.addEventListener("toggle", () => this.tell());
    this.host.append(this.tableOf, element("p", { class: "note" }, this.thinned()));
    if (this.offered) {
      const vmas = [...new Set(model.listed.slice(0, 1).map(finding => model.vmaOf(finding)).concat(model.meetings.slice(0, 1).map(meeting => meeting.vma), this.offered))];
      this.chooseVma(vmas.find(n => n > 0) ?? 0);
    }
    this.charts().forEach(chart => chart.drawIfSeen());
  }

  /**
   * Says in the place of a picture why there is none, and what adds it.
   *
   * @param title null for all pictures
   */
  none(title, why) {
    this.host.append(element("div", { class: "figure" }, ...title ? [element("h4", {}, title)] : [], element("p", { class: "note" }, why, " ", element("code", {}, "vmatrace record"), " records it; ",
      element("code", {}, "vmatrace info CAPTURE"), " prints the lines that add it to a recording of your own.")));
  }

  /** The picture of one VMA. */
  one() {
    const isCounted = this.model.head.counters.size > 0;
    const vma = element("div", { class: "one" });
    this.figure("One VMA", this.life, null, this.vmaTools(), vma);
    if (isCounted) {
      this.refcnt.into(vma);
    }
    vma.append(element("p", { class: "note" }, isCounted ? "vm_refcnt as probes read it; a ring: readers are excluded (VM_REFCNT_EXCLUDE_READERS_FLAG, VMA_LOCK_OFFSET before 7.0), and the flag itself is left out of the height." : "vm_refcnt: not recorded. Kernels to 6.14 have none; of others probes with values show it: vmatrace info prints their lines."));
  }

  figure(title, chart, key, tools, more) {
    const figure = element("figure", { class: "figure" }, element("figcaption", {}, element("h4", {}, title)), ...tools ? [tools] : []);
    this.host.append(figure);
    chart.into(figure);
    figure.append(...[key, more].filter(Boolean));
  }

  /** VMAs that were freed while a look-up had not returned that began in their range. */
  meetings() {
    const { model, words } = this;
    if (!model.meetings.length) {
      return;
    }
    this.host.append(element("details", { class: "meetings" },
      element("summary", {}, `Out of the tree, not yet freed, and a look-up inside: ${counted(model.head.allMeetings, "time")}`),
      element("p", {}, "A look-up began in the VMA's range and had not returned when the VMA, out of the tree, was freed. That alone breaks no rule: the look-up may have found nothing, or given its reference back."),
      element("ul", {}, ...model.meetings.slice(0, MOST_TOLD).map(meeting => element("li", {},
        element("button", { type: "button", class: "link", onclick: () => this.goToMeeting(meeting) }, words.time(meeting.out)),
        ` VMA ${words.vma(meeting.vma)} leaves the tree, and is freed ${words.length(meeting.freed - meeting.out)} later; ${words.task(meeting.task)} has looked since ${words.time(meeting.begun)}`)))));
  }

  goToMeeting(meeting) {
    const width = Math.max(50, meeting.freed - meeting.begun);
    this.window.set(meeting.begun - width * 0.4, meeting.freed + width * 0.8);
    this.tracks.turnTo(meeting.task);
    this.chooseVma(meeting.vma);
    this.life.host.scrollIntoView({ block: "center" });
  }

  pager() {
    if (this.tracks.pages() === 1) {
      return null;
    }
    const count = element("span");
    const turn = by => () => {
      this.tracks.turn(by);
      count.textContent = this.tracks.tasks.length > TASKS_AT_ONCE ? `tasks ${this.tracks.page * TASKS_AT_ONCE + 1} to ${Math.min(this.tracks.tasks.length, (this.tracks.page + 1) * TASKS_AT_ONCE)} of ${this.tracks.tasks.length}` : "";
    };
    turn(0)();
    return element("div", { class: "tools" }, element("button", { type: "button", onclick: turn(-1) }, "previous tasks"), element("button", { type: "button", onclick: turn(1) }, "next tasks"), count);
  }

  spaceTools() {
    const { words } = this;
    this.mmChoice = element("select", { onchange: () => this.space.choose(Number(this.mmChoice.value)) },
      ...this.space.mms.map(mm => element("option", { value: String(mm) }, words.mm(mm))));
    const all = element("button", { type: "button", onclick: () => this.space.choose(this.space.mm) }, "all addresses");
    const near = element("button", { type: "button", onclick: () => this.nearVma() }, "near the chosen VMA");
    return element("div", { class: "tools" }, element("label", {}, "mm ", this.mmChoice), all, near);
  }

  /** Shows the addresses around the VMA that is chosen. */
  nearVma() {
    const { vmas } = this.model;
    const own = this.life.own;
    if (own.length) {
      const from = Math.min(...own.map(i => vmas.page[i])), to = Math.max(...own.map(i => vmas.detail[i]));
      const margin = Math.max(4, to - from);
      this.mmChoice.value = String(vmas.mm[own[0]]);
      this.space.choose(vmas.mm[own[0]], { from: from - margin, to: to + margin });
    }
  }

  vmaTools() {
    const { model, words } = this;
    const found = [...new Set(model.listed.slice(0, MOST_TOLD).map(finding => model.vmaOf(finding)))].filter(Boolean);
    const met = [...new Set(model.meetings.slice(0, MOST_TOLD).map(meeting => meeting.vma))];
    const most = [...model.countersOf].sort((a, b) => b[1].length - a[1].length).slice(0, MOST_TOLD).map(([vma]) => vma);
    const stored = most.length ? [] : this.mostStored();
    this.offered = [...new Set([...found, ...met, ...most, ...stored])].filter(Boolean);
    const option = vma => element("option", { value: String(vma) }, `${words.vma(vma)}${found.includes(vma) ? ", of a finding" : met.includes(vma) ? ", looked up while freed" : ""}`);
    this.vmaChoice = element("select", { onchange: () => {
      this.chooseVma(Number(this.vmaChoice.value));
      this.toLife();
    } }, ...this.offered.map(option));
    this.lives = element("span", { class: "where" });
    return element("div", { class: "tools" }, element("label", {}, "VMA ", this.vmaChoice), element("button", { type: "button", onclick: () => this.toLife() }, "zoom to its life"), this.lives);
  }

  /** The VMAs with the most pieces in the tree. */
  mostStored() {
    const { vmas, head } = this.model;
    const pieces = new Uint32Array(head.vmaNames.length + 1);
    vmas.vma.forEach(vma => pieces[vma]++);
    return Array.from(pieces.keys()).filter(vma => vma && pieces[vma]).sort((a, b) => pieces[b] - pieces[a]).slice(0, MOST_TOLD);
  }

  chooseVma(vma) {
    if (!this.offered) {
      return; // no VMA is seen
    }
    if (vma && !this.offered.includes(vma)) {
      this.offered.push(vma);
      this.vmaChoice.append(element("option", { value: String(vma) }, this.words.vma(vma)));
    }
    this.vmaChoice.value = String(vma);
    this.life.choose(vma);
    const { from, to } = this.life.drawn();
    this.lives.textContent = from <= to ? `drawn from ${this.words.time(from)} to ${this.words.time(to)} (${this.words.length(to - from)})` : "";
    this.refcnt.choose(vma);
    this.refcnt.restyle();
    this.life.show(this.window.from, this.window.to);
  }

  /** Shows the time in which the chosen VMA is drawn, and a little around it. */
  toLife() {
    const { from, to } = this.life.drawn();
    if (from <= to) {
      const margin = Math.max(4, (to - from) * 0.04);
      this.window.set(from - margin, to + margin);
    }
  }

  heatTools() {
    const choice = element("select", { onchange: () => this.heat.choose(Number(choice.value)) }, element("option", { value: "-1" }, "all"), ...PATHS.map((path, i) => element("option", { value: String(i) }, path)));
    return element("div", { class: "tools" }, element("label", {}, "page faults ", choice));
  }

  heatKey() {
    this.heat.key = element("span");
    this.heat.count();
    return element("ul", { class: "key" }, element("li", {}, "one ", ...Array.from({ length: SHADES }, (_, i) => element("span", { class: `swatch c-heat-${i}` })), this.heat.key));
  }

  /** Goes to a finding: it is in the middle, and its VMA is chosen. */
  goTo(number, scroll) {
    const finding = this.model.findings[number];
    this.at = number;
    const around = this.head().unit === "ns" ? 800_000 / this.head().tick : this.model.span / 100;
    const width = Math.min(around, Math.max(this.model.span, 20));
    this.window.set(finding.time - width, finding.time + width);
    if (finding.task) {
      this.tracks.turnTo(finding.task);
    }
    const vma = finding.vma && this.offered ? this.model.vmaOf(finding) : 0;
    if (vma) {
      this.chooseVma(vma);
      this.nearVma();
    }
    const cause = this.model.causes[finding.cause];
    this.tracks.readout.textContent = `${cause.cause} at ${this.words.time(finding.time)}${finding.message ? ": " + finding.message : ""}`;
    if (scroll) {
      this.tracks.host.scrollIntoView({ block: "center" });
      this.tracks.host.focus({ preventScroll: true });
    }
  }

  head() {
    return this.model.head;
  }

  /** The finding after the one that was gone to last, or the one before; the first one that is later, or earlier, where there was none. */
  step(by) {
    const n = this.model.findings.length;
    if (n === 0) {
      return;
    }
    const middle = (this.window.from + this.window.to) / 2;
    const next = this.at >= 0 ? this.at + by : by > 0 ? this.model.findingFrom(this.window.to - this.window.from > this.model.span ? 0 : middle) : this.model.findingFrom(middle) - 1;
    this.goTo(Math.min(n - 1, Math.max(0, next)));
  }

  spanInWords(i) {
    const { spans } = this.model;
    const { words } = this;
    const kind = KINDS[spans.kind[i]];
    const parts = [`${words.task(spans.task[i])}: ${spans.kind[i] === CALL ? this.head().calls[spans.detail[i]] : kind.name}`];
    if (isFault(spans.kind[i])) {
      parts.push(`at ${address(spans.page[i])}, ${this.head().reasons[spans.detail[i]]}`);
    } else if (isReader(spans.kind[i])) {
      parts.push(`at ${address(spans.page[i])}${spans.vma[i] ? `, VMA ${words.vma(spans.vma[i])}` : ""}`);
    } else if (spans.vma[i]) {
      parts.push(`of VMA ${words.vma(spans.vma[i])}`);
    } else if (kind.lane === MMAP_LOCK && spans.mm[i]) {
      parts.push(`mm ${words.mm(spans.mm[i])}`);
    }
    parts.push(`${words.time(spans.begin[i])} to ${words.time(spans.end[i])} (${words.length(spans.end[i] - spans.begin[i])})`);
    if (spans.more[i]) {
      parts.push(`${spans.more[i] + 1} of them, drawn as one`);
    }
    return parts.join(", ");
  }

  /** Says what is shown. */
  tell() {
    const { words, window: view, model } = this;
    const inside = model.findingFrom(view.to) - model.findingFrom(view.from);
    if (this.where) {
      this.where.textContent = `${words.time(Math.max(0, view.from))} to ${words.time(Math.min(model.span, view.to))} (${words.length(Math.round(Math.min(model.span, view.to) - Math.max(0, view.from)))})${model.findings.length ? `, ${counted(inside, "finding")}` : ""}`;
    }
    if (!this.tableOf?.open) {
      return;
    }
    const { spans } = model;
    const rows = [];
    let n = 0;
    for (let i = 0; i < spans.size && spans.begin[i] <= view.to; i++) {
      if (spans.end[i] >= view.from && ++n <= MOST_TOLD) {
        rows.push(element("tr", {}, element("td", {}, words.time(spans.begin[i])), element("td", { class: "number" }, words.length(spans.end[i] - spans.begin[i])), element("td", {}, words.task(spans.task[i])), element("td", {}, this.spanInWords(i))));
      }
    }
    this.told.replaceChildren(...rows);
    this.toldOf.textContent = n > MOST_TOLD ? `The first ${MOST_TOLD} of ${n.toLocaleString("en")}: zoom in for the others.` : `${counted(n, "span")}.`;
  }

  /** What of the capture is not drawn one by one. */
  thinned() {
    const { words } = this;
    const said = [];
    for (const [name, what] of [["spans", "spans of tasks"], ["vmas", "pieces of VMAs"]]) {
      const { size, all, grain, leftOut } = this.head()[name];
      if (grain) {
        said.push(`${all.toLocaleString("en")} ${what} are drawn as ${size.toLocaleString("en")}: like ones within ${words.length(grain)} are one${leftOut ? `, and ${leftOut.toLocaleString("en")} that are shorter than that are left out` : ""}`);
      }
    }
    const { size, all, grain } = this.head().counters;
    if (grain) {
      said.push(`of ${all.toLocaleString("en")} values of vm_refcnt ${size.toLocaleString("en")} are drawn, the highest within ${words.length(grain)}`);
    }
    return (said.length ? `Thinned out: ${said.join("; ")}. ` : "Nothing is thinned out. ") + "Every finding is marked at every zoom.";
  }

  charts() {
    return this.window.charts;
  }
}
