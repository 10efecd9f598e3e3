// Numbers as people read them, and elements that hold texts.

/** Times and lengths of a capture's clock. */
class Words {
  constructor(head) {
    this.head = head;
    this.nanoseconds = head.unit === "ns";
    this.first = BigInt(head.first);
    const seen = new Map();
    this.mms = head.mms.map(mm => { // an address that is used again is another mm
      seen.set(mm, (seen.get(mm) ?? 0) + 1);
      return `0x${mm}${seen.get(mm) > 1 ? ` (${seen.get(mm)})` : ""}`;
    });
  }

  /** A moment, as the capture prints it. */
  time(at, digits = this.head.tick === 1 ? 9 : 6) {
    const whole = this.first + BigInt(Math.round(at)) * BigInt(this.head.tick);
    if (!this.nanoseconds) {
      return String(whole);
    }
    const text = String(whole).padStart(10, "0");
    return text.slice(0, -9) + (digits === 0 ? "" : "." + text.slice(-9).slice(0, digits));
  }

  /** A length of time. */
  length(ticks) {
    const n = ticks * this.head.tick;
    if (!this.nanoseconds) {
      return String(n);
    }
    return n === 0 ? "0" : n < 1e3 ? `${n} ns` : n < 1e6 ? `${digits(n / 1e3)} us` : n < 1e9 ? `${digits(n / 1e6)} ms` : `${digits(n / 1e9)} s`;
  }

  /** Moments for an axis, at round times of the capture's clock. */
  splits(from, to, gap) {
    const unit = BigInt(Math.max(1, Math.round(gap)));
    const before = Number((this.first / BigInt(this.head.tick)) % unit);
    const step = Number(unit);
    const splits = [];
    for (let at = Math.ceil((from + before) / step) * step - before; at <= to; at += step) {
      splits.push(at);
    }
    return splits;
  }

  /** Those moments: as many decimals as their distance needs. */
  axis(splits) {
    if (splits.length < 2) {
      return splits.map(at => this.time(at).replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, ""));
    }
    const gap = (splits[1] - splits[0]) * this.head.tick / 1e9;
    const decimals = Math.min(9, Math.max(0, Math.ceil(-Math.log10(gap) - 1e-9)));
    return splits.map(at => this.time(at, decimals));
  }

  task(number) {
    if (!number) {
      return "a task";
    }
    const [pid, comm] = this.head.tasks[number - 1];
    return `${shown(comm) || "task"}-${pid}`;
  }

  mm(number) {
    return number ? this.mms[number - 1] : "not known";
  }

  vma(number) {
    return number ? "0x" + this.head.vmaNames[number - 1] : "not known";
  }
}

const digits = value => value < 10 ? value.toFixed(2) : value < 100 ? value.toFixed(1) : value.toFixed(0);
const counted = (n, what) => `${n.toLocaleString("en")} ${what}${n === 1 ? "" : "s"}`;

/** A name that a task gave itself: what nobody can see is shown by its number, as Markup does it in the rest of the page. */
const shown = text => text.replace(/[\p{Cc}\p{Cs}\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff]/gu, unseen => {
  const n = unseen.codePointAt(0);
  return unseen === "\t" ? " " : n < 0x100 ? `\\x${n.toString(16).padStart(2, "0")}` : `\\u${n.toString(16).padStart(4, "0")}`;
});

/** A page's address; a picture's addresses are of pages. */
const address = page => "0x" + (BigInt(page) * 4096n & 0xffffffffffffffffn).toString(16);

/** An element with attributes and children, of which texts are never markup. */
function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) {
      made.addEventListener(key.slice(2), value);
    } else {
      made.setAttribute(key, value);
    }
  }
  made.append(...children);
  return made;
}

/** A colour of the page's style as a number for pixels: alpha, blue, green, red from the highest byte on. */
function pixel(name) {
  const text = getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();
  const n = parseInt(text.slice(1), 16);
  return (0xff000000 | (n & 255) << 16 | (n >> 8 & 255) << 8 | n >> 16) >>> 0;
}

const colour = name => getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();

/** What the colours of a chart mean. */
function legend(entries) {
  return element("ul", { class: "key" }, ...entries.map(({ name, colour: c, hatched }) =>
    element("li", {}, element("span", { class: `swatch c-${c}${hatched ? " hatched" : ""}` }), name)));
}
