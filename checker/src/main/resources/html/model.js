// What a capture's picture says, as columns and rows that charts can go through.

/** Spans as columns, in the order of their begins. */
class Spans {
  constructor(data, name) {
    const { size, all, grain, leftOut } = data.head[name];
    const column = part => data.column(name + "." + part);
    this.size = size;
    this.all = all;
    this.grain = grain;
    this.leftOut = leftOut;
    this.begin = column("begin").sums(size);
    this.end = column("length").all(Float64Array, size);
    for (let i = 0; i < size; i++) {
      this.end[i] += this.begin[i];
    }
    this.more = column("more").all(Uint32Array, size);
    this.kind = column("kind").all(Uint8Array, size);
    this.task = column("task").all(Uint32Array, size);
    this.mm = column("mm").all(Uint32Array, size);
    this.vma = column("vma").all(Uint32Array, size);
    this.page = column("address").sums(size, true);
    this.detail = name === "vmas" ? column("detail").sums(size, true) : column("detail").all(Float64Array, size);
  }

  /** Rows of those that have a number; of -1 in none. */
  rows(numberOf, n) {
    const counts = new Uint32Array(n + 1);
    for (let i = 0; i < this.size; i++) {
      const row = numberOf(i);
      if (row >= 0) {
        counts[row + 1]++;
      }
    }
    for (let row = 0; row < n; row++) {
      counts[row + 1] += counts[row];
    }
    const order = new Uint32Array(counts[n]);
    const at = counts.slice(0, n);
    for (let i = 0; i < this.size; i++) {
      const row = numberOf(i);
      if (row >= 0) {
        order[at[row]++] = i;
      }
    }
    return Array.from({ length: n }, (_, row) => new Row(this, order.subarray(counts[row], counts[row + 1])));
  }
}

/** Some of the spans, in the order of their begins. */
class Row {
  constructor(spans, order) {
    this.spans = spans;
    this.order = order;
    this.longest = 0;
    for (const i of order) {
      this.longest = Math.max(this.longest, spans.end[i] - spans.begin[i]);
    }
  }

  /** Calls for each span that reaches into a time. */
  each(from, to, what) {
    const { begin, end } = this.spans;
    const order = this.order;
    let low = 0, high = order.length;
    while (low < high) {
      const middle = low + high >> 1;
      if (begin[order[middle]] < from - this.longest) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    for (let k = low; k < order.length; k++) {
      const i = order[k];
      if (begin[i] > to) {
        break;
      }
      if (end[i] >= from) {
        what(i);
      }
    }
  }
}

class Model {
  constructor(data) {
    const head = data.head;
    this.head = head;
    this.span = Math.max(1, head.span);
    this.tasks = head.tasks;
    this.spans = new Spans(data, "spans");
    this.vmas = new Spans(data, "vmas");
    const spans = this.spans;
    const lane = Uint8Array.from(KINDS, kind => kind.lane);
    this.taskRows = spans.rows(i => spans.task[i] * 4 + lane[spans.kind[i]], (head.tasks.length + 1) * 4);
    this.mmRows = spans.rows(i => lane[spans.kind[i]] === MMAP_LOCK ? spans.mm[i] * 2 + (isWait(spans.kind[i]) ? 0 : 1) : -1, (head.mms.length + 1) * 2);
    // who is where in an address space: look-ups and read locks; where no probe shows those, page faults
    this.hasLookUps = spans.kind.some(isReader);
    const isThere = this.hasLookUps ? isReader : isFault;
    this.readers = spans.rows(i => isThere(spans.kind[i]) ? spans.mm[i] : -1, head.mms.length + 1);
    this.places = this.vmas.rows(i => this.vmas.mm[i], head.mms.length + 1);
    this.readCounters(data);
    this.readMeetings(data);
    this.readFindings();
    this.faultCounts = data.column("faults.counts").all(Uint32Array, head.faults.rows.length * head.faults.columns * PATHS.length);
  }

  readCounters(data) {
    const { size } = this.head.counters;
    this.counterTimes = data.column("counters.time").sums(size, true);
    this.counterVmas = data.column("counters.vma").sums(size, true);
    this.counterValues = data.column("counters.value").all(Uint32Array, size);
    this.countersOf = new Map();
    for (let i = 0; i < size; i++) {
      const vma = this.counterVmas[i];
      const of = this.countersOf.get(vma);
      if (of) {
        of.push(i);
      } else {
        this.countersOf.set(vma, [i]);
      }
    }
  }

  readMeetings(data) {
    const column = data.column("meetings");
    const [from, to] = this.head.columns.meetings;
    const end = column.at + to - from;
    this.meetings = [];
    while (column.at < end) {
      this.meetings.push({ vma: column.next(), task: column.next(), begun: column.next(), out: column.next(), freed: column.next() });
    }
  }

  /** All findings by time: those that are listed, and the marks of others. */
  readFindings() {
    const { causes, list, marks } = this.head.findings;
    this.causes = causes;
    const numbers = new Map(this.tasks.map(([pid], i) => [pid, i + 1]));
    const made = ([cause, time, pid, place, vma, range, mm, message]) => ({ cause, time, pid, task: numbers.get(pid) ?? 0, place, vma, range, mm, message });
    this.findings = list.concat(marks).map(made).sort((a, b) => a.time - b.time);
    this.listed = this.findings.filter(finding => finding.message !== undefined);
    this.findingTimes = Float64Array.from(this.findings, finding => finding.time);
  }

  /** Where the first finding is from a time on. */
  findingFrom(time) {
    let low = 0, high = this.findingTimes.length;
    while (low < high) {
      const middle = low + high >> 1;
      if (this.findingTimes[middle] < time) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** The number of the VMA that a finding is about: of several lives at its address the one that is drawn nearest to its time. */
  vmaOf(finding) {
    this.lives ??= this.livesByAddress();
    let best = 0, distance = Infinity;
    for (const { vma, from, to } of this.lives.get(finding.vma) ?? []) {
      const away = Math.max(from - finding.time, finding.time - to, 0);
      if (away < distance) {
        distance = away;
        best = vma;
      }
    }
    return best;
  }

  /** From when to when the VMAs of each address are drawn. */
  livesByAddress() {
    const { vmas, head } = this;
    const lives = head.vmaNames.map((_, i) => ({ vma: i + 1, from: Infinity, to: -Infinity }));
    for (let i = 0; i < vmas.size; i++) {
      const life = lives[vmas.vma[i] - 1];
      if (life) {
        life.from = Math.min(life.from, vmas.begin[i]);
        life.to = Math.max(life.to, vmas.end[i]);
      }
    }
    return Map.groupBy(lives.filter(life => life.from <= life.to), life => head.vmaNames[life.vma - 1]);
  }
}
