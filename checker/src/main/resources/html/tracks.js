// The timeline: findings, the mmap_lock of each mm, and the tasks.

const TASKS_AT_ONCE = 12, MMS_AT_ONCE = 4;
const STRIP = 22, LANE = 7, GAP = 6, HEADING = 4;

class Tracks extends Chart {
  constructor(capture) {
    super(capture, "Timeline of findings, mmap_locks and tasks", 200);
    this.lanes = new Lanes(KINDS);
    this.busiest();
    this.page = 0;
    this.arrange();
  }

  /** Tasks and mms by how much there is of them; those of findings first. */
  busiest() {
    const { model } = this.capture;
    const weight = new Float64Array(model.tasks.length + 1);
    const broke = new Set(model.findings.map(finding => finding.task));
    const touched = new Set(model.meetings.slice(0, 50).map(meeting => meeting.task));
    for (let task = 1; task < weight.length; task++) {
      for (let lane = 0; lane < 4; lane++) {
        weight[task] += model.taskRows[task * 4 + lane].order.length;
      }
    }
    const first = task => broke.has(task) ? 2 : touched.has(task) ? 1 : 0;
    const numbers = Array.from(weight.keys()).filter(task => weight[task] > 0);
    this.tasks = numbers.sort((a, b) => first(b) - first(a) || weight[b] - weight[a]);
    const holds = mm => model.mmRows[mm * 2].order.length + model.mmRows[mm * 2 + 1].order.length;
    this.mms = model.head.mms.map((_, i) => i + 1).filter(holds).sort((a, b) => holds(b) - holds(a)).slice(0, MMS_AT_ONCE);
  }

  pages() {
    return Math.max(1, Math.ceil(this.tasks.length / TASKS_AT_ONCE));
  }

  /** Where each track is: the distance of its lanes from the top. */
  arrange() {
    const { model, words } = this.capture;
    this.tracks = [];
    let top = STRIP;
    const track = (name, rows, task) => {
      this.tracks.push({ name, task, top, rows: rows.map(row => ({ row, names: [] })) });
      top += rows.length * LANE + GAP;
    };
    this.mms.forEach(mm => track(`mm ${words.mm(mm)}`, [model.mmRows[mm * 2], model.mmRows[mm * 2 + 1]]));
    top += HEADING;
    this.tasks.slice(this.page * TASKS_AT_ONCE, (this.page + 1) * TASKS_AT_ONCE)
      .forEach(task => track(words.task(task), model.taskRows.slice(task * 4, task * 4 + 4), task));
    this.height = top + 38;
  }

  turn(by) {
    this.page = Math.min(this.pages() - 1, Math.max(0, this.page + by));
    this.arrange();
    this.restyle();
  }

  /** Shows the page that a task is on. */
  turnTo(task) {
    const page = Math.floor(this.tasks.indexOf(task) / TASKS_AT_ONCE);
    if (page >= 0 && page !== this.page) {
      this.turn(page - this.page);
    }
  }

  paint(paper) {
    this.lanes.inks = inks(KINDS);
    const scale = devicePixelRatio;
    for (const track of this.tracks) {
      track.rows.forEach(({ row }, lane) =>
        this.lanes.paint(paper, this, [{ row }], Math.round((track.top + lane * LANE) * scale), Math.round((LANE - 1) * scale)));
    }
  }

  over(context, box) {
    const scale = devicePixelRatio;
    const y = of => box.top + of * scale;
    this.name(context, "findings", y(STRIP / 2), true);
    for (const track of this.tracks) {
      this.name(context, track.name, y(track.top + track.rows.length * LANE / 2));
      context.fillStyle = colour("line");
      context.fillRect(box.left, y(track.top - GAP / 2) | 0, box.width, 1);
    }
    this.losses(context, box);
    const findings = this.findings();
    this.marks(context, box, findings, box.top, (STRIP - 6) * scale);
    for (const track of this.tracks) {
      const own = track.task ? findings.filter(finding => finding.task === track.task) : [];
      const dense = own.length > box.width / 30; // they would hide what they are about
      this.marks(context, box, own, y(track.top - 3), (dense ? 3 : track.rows.length * LANE + 3) * scale);
    }
    this.beyond(context, box);
  }

  /** Where events are missing. */
  losses(context, box) {
    const scale = devicePixelRatio;
    context.fillStyle = colour("lost");
    for (const time of this.capture.model.head.losses) {
      if (time >= this.window.from && time <= this.window.to) {
        context.fillRect(box.left + (time - this.window.from) / (this.window.to - this.window.from) * box.width, box.top, 2 * scale, box.height);
      }
    }
  }

  /** How many findings are before and after what is shown. */
  beyond(context, box) {
    const { model } = this.capture;
    const before = model.findingFrom(this.window.from), after = model.findings.length - model.findingFrom(this.window.to);
    const scale = devicePixelRatio;
    context.font = `600 ${11 * scale}px system-ui, sans-serif`;
    context.textBaseline = "middle";
    const text = (words, align, x) => {
      const width = context.measureText(words).width + 8 * scale;
      context.fillStyle = colour("paper");
      context.fillRect(align === "left" ? x : x - width, box.top, width, 16 * scale);
      context.fillStyle = colour("finding");
      context.textAlign = align;
      context.fillText(words, x + (align === "left" ? 4 : -4) * scale, box.top + 8 * scale);
    };
    if (before) {
      text(`◀ ${before}`, "left", box.left);
    }
    if (after) {
      text(`${after} ▶`, "right", box.left + box.width);
    }
  }

  /** The track and lane at a height, in CSS pixels from the top of the plot. */
  trackAt(y) {
    const track = this.tracks.find(t => y >= t.top - GAP / 2 && y < t.top + t.rows.length * LANE + GAP / 2);
    return track && { track, lane: Math.min(track.rows.length - 1, Math.max(0, Math.floor((y - track.top) / LANE))) };
  }

  /** The span at a place: of several the shortest. */
  spanAt({ time, y, near }) {
    const found = this.trackAt(y);
    if (!found) {
      return -1;
    }
    const { begin, end } = this.capture.model.spans;
    let best = -1;
    found.track.rows[found.lane].row.each(time - near, time + near, i => {
      if (best < 0 || end[i] - begin[i] < end[best] - begin[best]) {
        best = i;
      }
    });
    return best;
  }

  told(at) {
    const { model, words } = this.capture;
    if (at.y < STRIP) {
      const near = model.findings.slice(model.findingFrom(at.time - at.near), model.findingFrom(at.time + at.near));
      if (near.length) {
        return `${near.length > 1 ? near.length + " findings, the first: " : ""}${model.causes[near[0].cause].cause} at ${words.time(near[0].time)}, ${words.task(near[0].task)}`;
      }
      return words.time(at.time);
    }
    const span = this.spanAt(at);
    return span < 0 ? words.time(at.time) : this.capture.spanInWords(span);
  }

  clicked(at) {
    const { model } = this.capture;
    if (at.y < STRIP) {
      const near = model.findingFrom(at.time - at.near);
      if (near < model.findings.length && model.findings[near].time <= at.time + at.near) {
        this.capture.goTo(near);
      }
      return;
    }
    const span = this.spanAt(at);
    if (span >= 0 && model.spans.vma[span]) {
      this.capture.chooseVma(model.spans.vma[span]);
    }
  }
}
