// Page faults by address and time: the darker (in the dark: the lighter) the more.

const SHADES = 9;

class Heat extends Chart {
  constructor(capture) {
    super(capture, "Page faults by address and time", 300);
    const { columns, rows } = capture.model.head.faults;
    this.columns = columns;
    this.rows = rows;
    this.only = -1;
    this.count();
  }

  choose(path) {
    this.only = path;
    this.count();
    this.show(this.window.from, this.window.to);
  }

  count() {
    const { faultCounts } = this.capture.model;
    this.counts = new Uint32Array(this.columns * this.rows.length);
    this.most = 0;
    for (let i = 0; i < this.counts.length; i++) {
      for (let path = 0; path < PATHS.length; path++) {
        if (this.only < 0 || this.only === path) {
          this.counts[i] += faultCounts[i * PATHS.length + path];
        }
      }
      this.most = Math.max(this.most, this.counts[i]);
    }
  }

  paint(paper) {
    const { first, width: long } = this.capture.model.head.faults;
    const { width, height, points } = paper;
    const shades = Array.from({ length: SHADES }, (_, i) => pixel(`heat-${i}`));
    const n = this.rows.length;
    const perTick = width / (this.window.to - this.window.from);
    for (let row = 0; row < n; row++) {
      const top = Math.floor((n - 1 - row) * height / n), bottom = Math.max(top + 1, Math.floor((n - row) * height / n));
      for (let c = 0; c < this.columns; c++) {
        const count = this.counts[row * this.columns + c];
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
    const { words, model } = this.capture;
    const { first, width } = model.head.faults;
    const c = Math.floor((time - first) / width);
    if (!this.rows.length || c < 0 || c >= this.columns) {
      return words.time(time);
    }
    const row = this.row(y);
    const parts = PATHS.map((path, i) => [model.faultCounts[(row * this.columns + c) * PATHS.length + i], path]).filter(([n]) => n).map(([n, path]) => `${n} ${path}`);
    return `${words.time(first + c * width)} and ${words.length(Math.round(width))} on, from 0x${this.from(row).toString(16)}: ${parts.join(", ") || "no page fault"}`;
  }
}
