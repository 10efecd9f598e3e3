// One VMA: what it is in over time, who looks it up and holds it read-locked, and its vm_refcnt.

const READERS_AT_ONCE = 4;
const LIFE_LANE = 14;

/** The states of one VMA, and its readers. */
class Life extends Chart {
  constructor(capture) {
    super(capture, "One VMA: its states and its readers", 34 + (STATES.length + READERS_AT_ONCE) * LIFE_LANE + 12);
    this.boxes = new Lanes(STATES);
    this.readers = new Lanes(KINDS);
    this.choose(0);
  }

  choose(vma) {
    const { model } = this.capture;
    this.vma = vma;
    const { vmas, spans } = model;
    this.own = [];
    for (let i = 0; i < vmas.size; i++) {
      if (vmas.vma[i] === vma) {
        this.own.push(i);
      }
    }
    this.row = new Row(vmas, Uint32Array.from(this.own));
    const byTask = new Map();
    for (let i = 0; vma && i < spans.size; i++) {
      if (spans.vma[i] === vma && (isReader(spans.kind[i]) || spans.kind[i] > READ_LOCK)) {
        byTask.set(spans.task[i], [...byTask.get(spans.task[i]) ?? [], i]);
      }
    }
    const met = new Set(model.meetings.filter(meeting => meeting.vma === vma).map(meeting => meeting.task));
    this.tasks = [...byTask].sort((a, b) => met.has(b[0]) - met.has(a[0]) || b[1].length - a[1].length).slice(0, READERS_AT_ONCE)
      .map(([task, order]) => ({ task, row: new Row(spans, Uint32Array.from(order)) }));
    this.left = byTask.size - this.tasks.length;
  }

  /** From when to when the VMA and its readers are drawn; from is later than to where nothing is. */
  drawn() {
    const { vmas, spans } = this.capture.model;
    let from = Infinity, to = -Infinity;
    const add = (of, i) => {
      from = Math.min(from, of.begin[i]);
      to = Math.max(to, of.end[i]);
    };
    this.own.forEach(i => add(vmas, i));
    this.tasks.forEach(({ row }) => row.order.forEach(i => add(spans, i)));
    return { from, to };
  }

  paint(paper) {
    const scale = devicePixelRatio;
    this.boxes.inks = inks(STATES);
    this.readers.inks = inks(KINDS);
    const lane = n => Math.round((4 + n * LIFE_LANE) * scale), high = Math.round((LIFE_LANE - 3) * scale);
    const { kind } = this.capture.model.vmas;
    STATES.forEach((_, state) => this.boxes.paint(paper, this, [{ row: this.row, only: i => kind[i] === state }], lane(state), high));
    this.tasks.forEach(({ row }, n) => this.readers.paint(paper, this, [{ row }], lane(STATES.length + n), high));
  }

  over(context, box) {
    const { words, model } = this.capture;
    const scale = devicePixelRatio;
    const middle = n => box.top + (4 + n * LIFE_LANE + LIFE_LANE / 2) * scale;
    ["in the tree", "write-locked", "out, not freed", "… and look-up inside"].forEach((name, n) => this.name(context, name, middle(n)));
    this.tasks.forEach(({ task }, n) => this.name(context, words.task(task), middle(STATES.length + n)));
    const own = this.findings().filter(finding => finding.vma !== undefined && model.head.vmaNames[this.vma - 1] === finding.vma);
    const wide = own.length > 2 ? (own.at(-1).time - own[0].time) / (this.window.to - this.window.from) * box.width : Infinity;
    const dense = own.length * 6 * scale > wide; // they would hide what they are about
    this.marks(context, box, own, box.top, dense ? 4 * scale : box.height);
    const others = this.findings();
    this.marks(context, box, others, box.top, 4 * scale);
  }

  told({ time, y, near }) {
    const { model, words } = this.capture;
    const lane = Math.floor((y - 4) / LIFE_LANE);
    let text = words.time(time);
    if (lane >= 0 && lane < STATES.length) {
      this.row.each(time - near, time + near, i => {
        if (model.vmas.kind[i] === lane) {
          text = `${STATES[lane].name}: ${address(model.vmas.page[i])}-${address(model.vmas.detail[i])}, ${words.time(model.vmas.begin[i])} to ${words.time(model.vmas.end[i])} (${words.length(model.vmas.end[i] - model.vmas.begin[i])})`;
        }
      });
    } else {
      this.tasks[lane - STATES.length]?.row.each(time - near, time + near, i => {
        text = this.capture.spanInWords(i);
      });
    }
    return text;
  }
}

/** vm_refcnt of one VMA, as probes read it. */
class Refcnt extends Chart {
  constructor(capture) {
    super(capture, "vm_refcnt of one VMA", 170, {
      range: (plot, min, max) => [0, Math.max(2, max) + 0.5],
      values: (_, splits) => splits.map(value => Number.isInteger(value) ? String(value) : ""),
      series: () => [
        { stroke: colour("refcnt"), width: 2, paths: uPlot.paths.stepped({ align: 1 }), points: { show: true, size: 6, fill: colour("refcnt") } },
        { stroke: colour("out-looked-up"), paths: () => null, points: { show: true, size: 11, width: 2, fill: colour("paper") } },
      ],
      data: () => this.values,
    });
    this.choose(0);
  }

  choose(vma) {
    const { model } = this.capture;
    const own = model.countersOf.get(vma) ?? [];
    const value = own.map(i => model.counterValues[i]);
    this.times = own.map(i => model.counterTimes[i]);
    this.raw = value;
    const bare = value.map(n => n & ~EXCLUDE_READERS);
    this.values = own.length === 0 ? [[0, model.span], [null, null], [null, null]]
      : [this.times, bare, bare.map((n, i) => value[i] & EXCLUDE_READERS ? n : null)];
    const most = bare.reduce((a, b) => Math.max(a, b), 2);
    this.options.range = [0, most + 0.5];
  }

  over(context, box) {
    const scale = devicePixelRatio;
    this.name(context, "vm_refcnt", box.top + 6 * scale, true);
    this.marks(context, box, this.findings(), box.top, 4 * scale);
  }

  told({ time }) {
    const { words } = this.capture;
    let last = -1;
    for (let i = 0; i < this.times.length && this.times[i] <= time; i++) {
      last = i;
    }
    return last < 0 ? words.time(time) : `vm_refcnt 0x${this.raw[last].toString(16)}, read at ${words.time(this.times[last])}${this.raw[last] & EXCLUDE_READERS ? ": readers are excluded" : ""}`;
  }
}
