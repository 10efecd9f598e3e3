// Charts over time: uPlot has the axis, the cursor and the selection; what lies between is painted point by point.

/** The time that all charts of a capture show. */
class TimeWindow {
  constructor(span) {
    this.span = span;
    this.from = 0;
    this.to = span;
    this.charts = [];
    this.listeners = [];
    this.waiting = false;
  }

  set(from, to) {
    const width = Math.min(Math.max(to - from, 8), this.span * 1.02 + 2);
    const margin = this.span * 0.01 + 1;
    this.from = Math.min(Math.max(from, -margin), Math.max(this.span + margin - width, -margin));
    this.to = this.from + width;
    if (!this.waiting) {
      this.waiting = true;
      requestAnimationFrame(() => {
        this.waiting = false;
        this.draw();
      });
    }
  }

  draw() {
    this.charts.forEach(chart => chart.show(this.from, this.to));
    this.listeners.forEach(listener => listener());
  }

  all() {
    this.set(-this.span * 0.005, this.span * 1.005);
  }

  /** Makes the window so many times as wide; a share of it stays where it is. */
  zoom(factor, share = 0.5) {
    const width = (this.to - this.from) * factor;
    const fixed = this.from + (this.to - this.from) * share;
    this.set(fixed - width * share, fixed + width * (1 - share));
  }

  /** Moves the window by a share of its width. */
  move(share) {
    const by = (this.to - this.from) * share;
    this.set(this.from + by, this.to + by);
  }
}

/** Distances of an axis' moments. */
const GAPS = Array.from({ length: 16 }, (_, i) => [1, 2, 5].map(n => n * 10 ** i)).flat();

/** Keys of a chart that has the focus. */
const KEYS = {
  ArrowLeft: chart => chart.window.move(-0.2),
  ArrowRight: chart => chart.window.move(0.2),
  "+": chart => chart.window.zoom(0.5),
  "=": chart => chart.window.zoom(0.5),
  "-": chart => chart.window.zoom(2),
  "0": chart => chart.window.all(),
  n: chart => chart.capture.step(1),
  p: chart => chart.capture.step(-1),
};

/** Points of an image, and where they are on a canvas. */
class Paper {
  constructor(context, box) {
    this.left = Math.round(box.left);
    this.top = Math.round(box.top);
    this.width = Math.max(1, Math.round(box.width));
    this.height = Math.max(1, Math.round(box.height));
    this.context = context;
    this.image = context.createImageData(this.width, this.height);
    this.points = new Uint32Array(this.image.data.buffer);
  }

  put() {
    this.context.putImageData(this.image, this.left, this.top);
  }
}

/** Colours of kinds as points: the second one of each is seen in stripes. */
function inks(kinds) {
  const paper = pixel("paper");
  return kinds.map(kind => ({ ink: pixel(kind.colour), stripe: kind.hatched ? paper : pixel(kind.colour) }));
}

class Chart {
  /**
   * @param capture whose chart it is: it has the model, the window and the words
   * @param label what it is called
   * @param height in CSS pixels
   */
  constructor(capture, label, height, options = {}) {
    this.capture = capture;
    this.window = capture.window;
    this.height = height;
    this.options = options;
    this.host = element("div", { class: "chart", tabindex: "0", role: "application", "aria-roledescription": "chart", "aria-label": label + ". Arrow keys move, plus and minus zoom, 0 shows all, n and p go to findings." });
    this.host.addEventListener("keydown", event => this.key(event));
    this.host.addEventListener("wheel", event => this.wheel(event), { passive: false });
    this.readout = element("p", { class: "readout" }, "\u00a0");
    this.isSeen = false;
    this.isStale = true;
    capture.window.charts.push(this);
  }

  /** Puts the chart where it belongs, and draws it once it is seen: its place is kept free until then. */
  into(parent) {
    parent.append(this.host, this.readout);
    this.host.style.minHeight = `${this.height}px`;
    new IntersectionObserver(entries => {
      this.isSeen = entries.at(-1).isIntersecting;
      if (this.isSeen && this.isStale) {
        this.show(this.window.from, this.window.to);
      }
    }, { rootMargin: "200px" }).observe(this.host);
    new ResizeObserver(() => this.resize()).observe(parent);
    return this;
  }

  /** Draws the chart if it is in view, without waiting for the observer: a picture of the page that is taken as soon as it is there shows it. */
  drawIfSeen() {
    const { top, bottom } = this.host.getBoundingClientRect();
    if (this.host.isConnected && top < innerHeight && bottom > 0) {
      this.isSeen = true;
      this.show(this.window.from, this.window.to);
    }
  }

  /** Draws the chart as wide as it is now, seen or not, and at once: printing does not wait. */
  drawForPaper() {
    if (this.host.isConnected) {
      this.isSeen = true;
      this.build();
      this.isStale = false;
    }
  }

  gutter() {
    return this.host.clientWidth < 560 ? 84 : 150;
  }

  build() {
    this.plot?.destroy();
    const { words, model } = this.capture;
    const ink = colour("ink"), line = colour("line");
    this.paper = null;
    this.plot = new uPlot({
      width: Math.max(200, this.host.clientWidth),
      height: this.height,
      padding: [4, 28, 0, 0],
      legend: { show: false },
      cursor: { y: false, points: { show: false }, drag: { x: true, y: false, setScale: false } },
      scales: { x: { time: false, auto: false, min: this.window.from, max: this.window.to }, y: { auto: false, range: this.options.range ?? [0, 1] } },
      axes: [
        { stroke: ink, grid: { show: false }, ticks: { stroke: line }, space: () => this.host.clientWidth < 560 ? 60 : 90, size: 34, incrs: GAPS, splits: (_, axis, from, to, gap) => words.splits(from, to, gap), values: (_, splits) => words.axis(splits), font: "12px system-ui, sans-serif" },
        { stroke: ink, grid: { show: Boolean(this.options.range), stroke: line }, ticks: { stroke: line, show: Boolean(this.options.range) }, size: () => this.gutter(), values: this.options.values ?? (() => []), font: "12px system-ui, sans-serif", ...this.options.axis },
      ],
      series: [{}, ...(this.options.series?.() ?? [{ paths: () => null, points: { show: false } }])],
      hooks: {
        draw: [plot => this.draw(plot)],
        setSelect: [plot => this.select(plot)],
        setCursor: [plot => this.point(plot)],
      },
    }, this.options.data?.() ?? [[0, model.span], [null, null]], this.host);
    this.plot.over.addEventListener("click", () => this.click());
  }

  show(from, to) {
    this.isStale = !this.isSeen;
    if (!this.isSeen) {
      return;
    }
    if (!this.plot) {
      this.build();
    }
    this.plot.setScale("x", { min: from, max: to });
  }

  resize() {
    if (this.plot && this.host.clientWidth > 0 && Math.abs(this.plot.width - this.host.clientWidth) > 1) {
      this.restyle();
    }
  }

  /** Other colours or another size: all is made anew. */
  restyle() {
    if (this.plot) {
      this.build();
    }
  }

  draw(plot) {
    if (!this.options.series) {
      const box = plot.bbox;
      if (!this.paper || this.paper.width !== Math.round(box.width) || this.paper.height !== Math.round(box.height)) {
        this.paper = new Paper(plot.ctx, box);
      }
      this.paper.points.fill(pixel("paper"));
      this.paint(this.paper);
      this.paper.put();
    }
    plot.ctx.save();
    this.over(plot.ctx, plot.bbox);
    plot.ctx.restore();
  }

  /** Paints points. */
  paint() {}

  /** Draws over the points: findings, names. */
  over() {}

  /** What is under the pointer, in words. */
  told() {
    return "";
  }

  /** What a click does with that. */
  clicked() {}

  select(plot) {
    if (plot.select.width > 3) {
      this.window.set(plot.posToVal(plot.select.left, "x"), plot.posToVal(plot.select.left + plot.select.width, "x"));
    }
    plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
  }

  point(plot) {
    const { left, top } = plot.cursor;
    this.at = left >= 0 ? { time: plot.posToVal(left, "x"), y: top, near: 3 * (this.window.to - this.window.from) / Math.max(1, plot.over.clientWidth) } : null;
    this.readout.textContent = (this.at && this.told(this.at)) || "\u00a0";
  }

  click() {
    if (this.at) {
      this.clicked(this.at);
    }
  }

  wheel(event) {
    if (!this.plot || !(event.ctrlKey || event.shiftKey || event.altKey || document.activeElement === this.host)) {
      return; // the page scrolls, unless the chart has the focus or a key is held
    }
    event.preventDefault();
    const box = this.plot.over.getBoundingClientRect();
    if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      this.window.move(event.deltaX / 600);
    } else {
      this.window.zoom(Math.exp(Math.max(-1, Math.min(1, event.deltaY / 300))), Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)));
    }
  }

  key(event) {
    const does = KEYS[event.key];
    if (does && !event.ctrlKey && !event.altKey && !event.metaKey) {
      event.preventDefault();
      does(this);
    }
  }

  /** Draws a name in the gutter, cut in its middle to what fits. */
  name(context, text, y, strong) {
    const scale = devicePixelRatio;
    const room = (this.gutter() - 8) * scale;
    context.font = `${strong ? "600 " : ""}${11 * scale}px system-ui, sans-serif`;
    context.fillStyle = colour("ink");
    context.textAlign = "right";
    context.textBaseline = "middle";
    let shownText = text;
    for (let kept = text.length - 1; kept > 3 && context.measureText(shownText).width > room; kept--) {
      shownText = text.slice(0, Math.floor(kept / 3)) + "…" + text.slice(-Math.ceil(kept * 2 / 3)); // pids and the last digits tell names apart
    }
    context.fillText(shownText, this.plot.bbox.left - 5 * scale, y);
  }

  /** Draws marks for findings at a height: whatever the zoom, each is at least three pixels wide. */
  marks(context, box, findings, top, height) {
    const scale = devicePixelRatio;
    const perTick = box.width / (this.window.to - this.window.from);
    let last = -Infinity;
    context.fillStyle = colour("finding");
    for (const finding of findings) {
      const x = Math.round(box.left + (finding.time - this.window.from) * perTick);
      if (x - last >= scale) {
        last = x;
        context.fillRect(x - scale, top, 3 * scale, height);
      }
    }
  }

  /** The findings of the window. */
  findings() {
    const { model } = this.capture;
    return model.findings.slice(model.findingFrom(this.window.from), model.findingFrom(this.window.to));
  }
}

/**
 * Paints lanes of spans. Of kinds that share a point the one is seen that takes most of its time; but what is rare and must not be missed is
 * seen wherever it is, however short.
 */
class Lanes {
  constructor(kinds) {
    this.kinds = kinds;
  }

  /** Room for a width in points: what is seen there, for how much of the point, and how much of it each kind takes. */
  room(width) {
    if (this.seen?.length === width) {
      this.seen.fill(0);
      this.most.fill(0);
      this.share.fill(0);
    } else {
      this.seen = new Uint8Array(width);
      this.most = new Float32Array(width);
      this.share = new Float32Array(width * this.kinds.length);
    }
  }

  /** Paints one lane: the rows of spans in it, at a height in points. */
  paint(paper, chart, rows, top, height) {
    const { from, to } = chart.window;
    const { width } = paper;
    const perTick = width / (to - from);
    this.room(width);
    const { seen, most, share, kinds } = this;
    const add = (kind, x, part) => {
      const sum = share[kind * width + x] += part;
      const rare = kinds[kind].rare ?? 0;
      if (rare + sum > most[x]) {
        most[x] = rare + sum;
        seen[x] = kind + 1;
      }
    };
    for (const { row, only } of rows) {
      const { begin, end, kind } = row.spans;
      row.each(from, to, i => {
        if (only && !only(i)) {
          return;
        }
        const left = (begin[i] - from) * perTick, right = (end[i] - from) * perTick;
        const first = Math.max(0, left | 0), last = Math.min(width - 1, right | 0);
        if (first === last) {
          add(kind[i], first, right - left + 1e-6); // one that takes no time is seen too
          return;
        }
        add(kind[i], first, Math.min(1, first + 1 - left));
        for (let x = first + 1; x < last; x++) {
          add(kind[i], x, 1);
        }
        add(kind[i], last, Math.min(1, right - last));
      });
    }
    this.fill(paper, top, height);
  }

  fill(paper, top, height) {
    const { width, points } = paper;
    const { inks, seen } = this;
    for (let y = Math.max(0, top); y < Math.min(paper.height, top + height); y++) {
      for (let x = 0, at = y * width; x < width; x++, at++) {
        if (seen[x]) {
          const { ink, stripe } = inks[seen[x] - 1];
          points[at] = (x + y) % 6 < 3 ? ink : stripe;
        }
      }
    }
  }
}
