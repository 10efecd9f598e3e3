// Page faults by address and time: the darker (in the dark: the lighter) the more.

const SHADES = 9;

/** So many fields at least share the width of the chart, where page faults can be told apart. */
const FEWEST_FIELDS = 200;

/** How many of some ascending numbers are below another one. */
function before(numbers, bound) {
  let low = 0, high = numbers.length;
  while (low < high) {
    const middle = low + high >> 1;
    if (numbers[middle] < bound) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

class Heat extends Chart {
  constructor(capture) {
    super(capture, "Page faults by address and time", 300);
    const { first, width, columns, rows } = capture.model.head.faults;
    this.rows = rows;
    this.only = -1;
    this.coarse = { first, long: width, columns, byPath: capture.model.faultCounts };
    this.fields = this.coarse;
    this.count();
  }

  choose(path) {
    this.only = path;
    this.fine = null;
    this.fields = this.coarse;
    this.count();
    this.show(this.window.from, this.window.to);
  }

  /** The page faults one by one, by when they ended; none where not each of them is a span, of its own or joined with others. */
  single() {
    const { spans, head, faultCounts } = this.capture.model;
    const faults = [];
    let all = 0;
    for (let i = 0; i < spans.size; i++) {
      if (isFault(spans.kind[i])) {
        faults.push(i);
        all += 1 + spans.more[i];
      }
    }
    const perRow = 2 ** head.faults.rowShift;
    const rows = new Map(this.rows.map((row, i) => [parseInt(row, 16), i]));
    this.faults = all === faultCounts.reduce((sum, n) => sum + n, 0) ? faults.sort((a, b) => spans.end[a] - spans.end[b]) : [];
    this.ends = Float64Array.from(this.faults, i => spans.end[i]);
    this.rowOf = Int32Array.from(this.faults, i => rows.get(Math.floor(spans.page[i] / perRow)) ?? -1);
  }

  /** The fields to be painted: of less time the deeper the zoom, as far as page faults are not drawn joined there. */
  choosing() {
    const { from, to } = this.window;
    let long = this.coarse.long;
    while (long > 1 && to - from < long * FEWEST_FIELDS) {
      long /= 2;
    }
    if (long === this.coarse.long) {
      return this.coarse;
    }
    long = Math.ceil(long);
    if (!this.faults) {
      this.single();
    }
    const first = this.coarse.first + Math.floor((from - this.coarse.first) / long) * long;
    const columns = Math.ceil((to - first) / long);
    if (this.fine?.first === first && this.fine.long === long && this.fine.columns === columns) {
      return this.fine;
    }
    const { spans } = this.capture.model;
    const byPath = new Uint32Array(this.rows.length * columns * PATHS.length);
    if (!this.faults.length) {
      return this.coarse;
    }
    for (let k = before(this.ends, first); k < this.ends.length && this.ends[k] < first + columns * long; k++) {
      const i = this.faults[k];
      if (spans.more[i] || this.rowOf[k] < 0) {
        return this.coarse;
      }
      byPath[(this.rowOf[k] * columns + Math.floor((this.ends[k] - first) / long)) * PATHS.length + spans.kind[i] - FAULT_VMA_LOCK]++;
    }
    this.fine = { first, long, columns, byPath };
    return this.fine;
  }

  count() {
    const { columns, byPath } = this.fields;
    this.counts = new Uint32Array(columns * this.rows.length);
    this.most = 0;
    for (let i = 0; i < this.counts.length; i++) {
      for (let path = 0; path < PATHS.length; path++) {
        if (this.only < 0 || this.only === path) {
          this.counts[i] += byPath[i * PATHS.length + path];
        }
      }
      this.most = Math.max(this.most, this.counts[i]);
    }
    if (this.key) {
      this.key.textContent = ` ${this.most.toLocaleString("en")} in a field of ${this.capture.words.length(Math.round(this.fields.long))} and ${this.tall()}`;
    }
  }

  /** How many addresses a field has. */
  tall() {
    const { rowShift } = this.capture.model.head.faults;
    return rowShift < 8 ? `${4 * 2 ** rowShift} KiB` : rowShift < 18 ? `${2 ** (rowShift - 8)} MiB` : `${2 ** (rowShift - 18)} GiB`;
  }

  paint(paper) {
    const fields = this.choosing();
    if (fields !== this.fields) {
      this.fields = fields;
      this.count();
    }
    const { first, long, columns } = this.fields;
    const { width, height, points } = paper;
    const shades = Array.from({ length: SHADES }, (_, i) => pixel(`heat-${i}`));
    const n = this.rows.length;
    const perTick = width / (this.window.to - this.window.from);
    for (let row = 0; row < n; row++) {
      const top = Math.floor((n - 1 - row) * height / n), bottom = Math.max(top + 1, Math.floor((n - row) * height / n));
      for (let c = 0; c < columns; c++) {
        const count = this.counts[row * columns + c];
        if (!count) {
          continue;
        }
        const left = Math.max(0, Math.floor((first + c * long - this.window.from) * perTick));
        const right = Math.min(width, Math.max(left + 1, Math.floor((first + (c + 1) * long - this.window.from) * perTick)));
        const shade = shades[this.most === 1 ? SHADES - 1 : Math.round(Math.log(count) / Math.log(this.most) * (SHADES - 1))];
        for (let y = top; y < bottom && left < right; y++) {
          points.fill(shade, y * width + left, y * width + right);
        }
      }
    }
  }

  row(y) {
    const n = this.rows.length;
    return n - 1 - Math.min(n - 1, Math.max(0, Math.floor(y * devicePixelRatio / this.plot.bbox.height * n)));
  }

  from(row) {
    return BigInt("0x" + this.rows[row]) << BigInt(this.capture.model.head.faults.rowShift + 12);
  }

  over(context, box) {
    const scale = devicePixelRatio;
    const n = this.rows.length;
    let last = Infinity;
    for (let row = 0; row < n; row++) {
      const y = box.top + (n - row - 0.5) * box.height / n;
      if (last - y >= 14 * scale) {
        last = y;
        this.name(context, "0x" + this.from(row).toString(16), y);
      }
    }
    if (n === 0) {
      this.name(context, "none", box.top + box.height / 2);
    }
    this.marks(context, box, this.findings(), box.top, 5 * scale);
  }

  told({ time, y }) {
    const { words } = this.capture;
    const { first, long, columns, byPath } = this.fields;
    const c = Math.floor((time - first) / long);
    if (!this.rows.length || c < 0 || c >= columns) {
      return words.time(time);
    }
    const row = this.row(y);
    const parts = PATHS.map((path, i) => [byPath[(row * columns + c) * PATHS.length + i], path]).filter(([n]) => n).map(([n, path]) => `${n} ${path}`);
    return `${words.time(first + c * long)} and ${words.length(Math.round(long))} on, from 0x${this.from(row).toString(16)}: ${parts.join(", ") || "no page fault"}`;
  }
}
