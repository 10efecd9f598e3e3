// VMAs over the address space: each a box from where it is stored in the tree to where it leaves it, and on to where it is freed.

const MOST_SEGMENTS = 100;
const MOST_LOG_PAGES = 10;

class Space extends Chart {
  constructor(capture) {
    super(capture, "VMAs over addresses and time", 360);
    const { model } = capture;
    const busy = mm => model.places[mm].order.length;
    this.mms = model.head.mms.map((_, i) => i + 1).filter(busy).sort((a, b) => busy(b) - busy(a)).slice(0, 200);
    this.mm = this.mms[0] ?? 0;
    this.near = null;
    this.segmentsOf = new Map();
    this.ranks = [0, ...STATES.map(state => state.rank)];
  }

  choose(mm, near = null) {
    this.mm = mm;
    this.near = near;
    this.show(this.window.from, this.window.to);
  }

  /** The parts of the address space that are in use, the lowest first: gaps between them are drawn narrow. */
  segments() {
    const key = this.mm + (this.near ? `:${this.near.from}:${this.near.to}` : "");
    if (!this.segmentsOf.has(key)) {
      this.segmentsOf.set(key, this.found());
    }
    return this.segmentsOf.get(key);
  }

  found() {
    const { vmas, places } = this.capture.model;
    if (!places[this.mm]) {
      return [];
    }
    const ranges = Array.from(places[this.mm].order, i => [vmas.page[i], vmas.detail[i]])
      .filter(([from, to]) => to > from && (!this.near || to > this.near.from && from < this.near.to))
      .map(([from, to]) => this.near ? [Math.max(from, this.near.from), Math.min(to, this.near.to)] : [from, to])
      .sort((a, b) => a[0] - b[0]);
    let segments = [];
    for (const [from, to] of ranges) {
      const last = segments.at(-1);
      if (last && from <= last.to) {
        last.to = Math.max(last.to, to);
      } else {
        segments.push({ from, to });
      }
    }
    while (segments.length > MOST_SEGMENTS) {
      const gaps = segments.slice(1).map((segment, i) => segment.from - segments[i].to).sort((a, b) => a - b);
      const least = gaps[Math.floor(gaps.length / 2)];
      segments = segments.reduce((kept, segment) => {
        const last = kept.at(-1);
        if (last && segment.from - last.to <= least) {
          last.to = segment.to;
        } else {
          kept.push({ ...segment });
        }
        return kept;
      }, []);
    }
    // a part of many pages is higher than one of few, and not in proportion, or the stack and the text would not be seen; exec moves its stack across gigabytes
    const heights = segments.map(segment => Math.min(MOST_LOG_PAGES, Math.log2(segment.to - segment.from + 1)) + 2);
    const gap = 1;
    const all = heights.reduce((sum, height) => sum + height, 0) + gap * (segments.length + 1);
    let at = gap;
    segments.forEach((segment, i) => {
      segment.low = at / all;
      at += heights[i];
      segment.high = at / all;
      at += gap;
    });
    return segments;
  }

  /** A page's height: 0 at the bottom, 1 at the top. */
  height01(page) {
    const segments = this.segments();
    let low = 0, high = segments.length - 1;
    while (low < high) {
      const middle = low + high >> 1;
      if (segments[middle].to < page) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    const segment = segments[low];
    if (!segment) {
      return 0;
    }
    const share = Math.min(1, Math.max(0, (page - segment.from) / (segment.to - segment.from)));
    return segment.low + share * (segment.high - segment.low);
  }

  isIn(page) {
    return !this.near || page >= this.near.from && page < this.near.to;
  }

  paint(paper) {
    const { model } = this.capture;
    if (!model.places[this.mm]) {
      return;
    }
    const { width, height } = paper;
    const states = this.states?.length === width * height ? this.states.fill(0) : this.states = new Uint8Array(width * height);
    const edges = this.edges?.length === width * height ? this.edges.fill(0) : this.edges = new Uint8Array(width * height);
    const { begin, end, kind, page, detail } = model.vmas;
    const perTick = width / (this.window.to - this.window.from);
    const ranks = this.ranks;
    model.places[this.mm].each(this.window.from, this.window.to, i => {
      if (!this.isIn(page[i]) && !this.isIn(detail[i] - 1)) {
        return;
      }
      const left = Math.max(0, (begin[i] - this.window.from) * perTick | 0);
      const right = Math.min(width - 1, (end[i] - this.window.from) * perTick | 0);
      const top = Math.max(0, Math.round((1 - this.height01(detail[i])) * height));
      const bottom = Math.min(height - 1, Math.max(top, Math.round((1 - this.height01(page[i])) * height) - 1));
      const state = kind[i] + 1, rank = ranks[state];
      for (let y = top; y <= bottom; y++) {
        for (let at = y * width + left, stop = y * width + right; at <= stop; at++) {
          if (rank >= ranks[states[at]]) {
            states[at] = state;
            edges[at] = y === bottom || at === y * width + left && begin[i] >= this.window.from ? 1 : 0;
          }
        }
      }
    });
    const ink = inks(STATES), line = pixel("ink-soft");
    const points = paper.points;
    for (let y = 0, at = 0; y < height; y++) {
      for (let x = 0; x < width; x++, at++) {
        const state = states[at];
        if (state) {
          points[at] = edges[at] ? line : (x + y) % 8 < 5 ? ink[state - 1].ink : ink[state - 1].stripe;
        }
      }
    }
    this.paintReaders(paper, perTick);
  }

  /** Look-ups and read locks at their addresses, over the boxes. */
  paintReaders(paper, perTick) {
    const { spans, readers } = this.capture.model;
    const { width, height, points } = paper;
    const thick = Math.max(2, Math.round(2 * devicePixelRatio));
    const ink = inks(KINDS);
    readers[this.mm].each(this.window.from, this.window.to, i => {
      if (!this.isIn(spans.page[i])) {
        return;
      }
      const left = Math.max(0, (spans.begin[i] - this.window.from) * perTick | 0);
      const right = Math.min(width - 1, (spans.end[i] - this.window.from) * perTick | 0);
      const top = Math.min(height - thick, Math.max(0, Math.round((1 - this.height01(spans.page[i])) * height) - thick));
      const { ink: point } = ink[spans.kind[i]];
      for (let y = top; y < top + thick; y++) {
        points.fill(point, y * width + left, y * width + right + 1);
      }
    });
  }

  over(context, box) {
    const scale = devicePixelRatio;
    let last = Infinity;
    for (const segment of this.segments()) {
      const y = box.top + (1 - segment.low) * box.height;
      if (last - y > 13 * scale) {
        last = y;
        this.name(context, address(segment.from), y - 5 * scale);
      }
    }
    if (!this.segments().length) {
      this.name(context, "not recorded", box.top + box.height / 2);
    }
    const { head } = this.capture.model;
    for (const finding of this.findings()) {
      if (!finding.range || head.mms[this.mm - 1] !== finding.mm) {
        continue;
      }
      const [from, to] = finding.range.split("-").map(text => Number(BigInt(text) / 4096n));
      if (this.isIn(from) || this.isIn(to - 1)) {
        const x = box.left + (finding.time - this.window.from) / (this.window.to - this.window.from) * box.width;
        const top = box.top + (1 - this.height01(to)) * box.height, bottom = box.top + (1 - this.height01(from)) * box.height;
        context.fillStyle = colour("finding");
        context.fillRect(x - 1.5 * scale, top, 3 * scale, Math.max(6 * scale, bottom - top));
        context.beginPath();
        context.arc(x, top, 5 * scale, 0, 7);
        context.fill();
      }
    }
    // findings about nothing that has a place here are seen at the top
    this.marks(context, box, this.findings(), box.top, 5 * scale);
  }

  /** The page at a height of the plot, or null in a gap. */
  pageAt(y) {
    const share = 1 - y * devicePixelRatio / this.plot.bbox.height;
    const segment = this.segments().find(s => share >= s.low && share <= s.high);
    return segment ? Math.floor(segment.from + (share - segment.low) / (segment.high - segment.low) * (segment.to - segment.from)) : null;
  }

  /** What is at a place: a VMA's box, of several the highest rank; or a reader. */
  at01({ time, y, near }) {
    const { model } = this.capture;
    const page = this.pageAt(y);
    let box = -1, reader = -1;
    if (page !== null && model.places[this.mm]) {
      model.places[this.mm].each(time - near, time + near, i => {
        if (model.vmas.page[i] <= page && page < model.vmas.detail[i] && (box < 0 || STATES[model.vmas.kind[i]].rank >= STATES[model.vmas.kind[box]].rank)) {
          box = i;
        }
      });
      const step = Math.abs((this.pageAt(y - 3) ?? page) - page) + 1;
      model.readers[this.mm].each(time - near, time + near, i => {
        if (Math.abs(model.spans.page[i] - page) <= step) {
          reader = i;
        }
      });
    }
    return { page, box, reader };
  }

  told(at) {
    const { model, words } = this.capture;
    const { page, box, reader } = this.at01(at);
    const parts = [words.time(at.time)];
    if (page !== null) {
      parts.push(address(page));
    }
    if (box >= 0) {
      const { begin, end, kind, vma, more } = model.vmas;
      parts.push(`VMA ${words.vma(vma[box])} ${address(model.vmas.page[box])}-${address(model.vmas.detail[box])}: ${STATES[kind[box]].name}, ${words.time(begin[box])} to ${words.time(end[box])} (${words.length(end[box] - begin[box])})${more[box] ? `, ${more[box] + 1} of them` : ""}`);
    }
    if (reader >= 0) {
      parts.push(this.capture.spanInWords(reader));
    }
    return parts.join("; ");
  }

  clicked(at) {
    const { box } = this.at01(at);
    if (box >= 0) {
      this.capture.chooseVma(this.capture.model.vmas.vma[box]);
    }
  }
}
