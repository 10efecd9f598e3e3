// The bytes of a capture's picture: base64 around zlib's format around a head in JSON and columns of numbers.

async function inflated(text) {
  const binary = atob(text);
  const packed = new Uint8Array(binary.length);
  for (let i = 0; i < packed.length; i++) {
    packed[i] = binary.charCodeAt(i);
  }
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** A reader of numbers of seven bits a byte, the lowest first. */
class Column {
  constructor(bytes, at) {
    this.bytes = bytes;
    this.at = at;
  }

  next() {
    const bytes = this.bytes;
    let b = bytes[this.at++];
    if (b < 128) {
      return b;
    }
    let value = b & 127, unit = 128; // products, since shifts have 32 bits
    do {
      b = bytes[this.at++];
      value += (b & 127) * unit;
      unit *= 128;
    } while (b > 127);
    return value;
  }

  /** A number that may be negative: 0, -1, 1, -2, … were written as 0, 1, 2, 3. */
  signed() {
    const folded = this.next();
    return folded % 2 === 0 ? folded / 2 : -(folded + 1) / 2;
  }

  /** The next numbers as an array of a type. */
  all(type, n) {
    const values = new type(n);
    for (let i = 0; i < n; i++) {
      values[i] = this.next();
    }
    return values;
  }

  /** The next numbers, each of which was written as the difference to the one before. */
  sums(n, mayBeNegative) {
    const values = new Float64Array(n);
    let sum = 0;
    for (let i = 0; i < n; i++) {
      sum += mayBeNegative ? this.signed() : this.next();
      values[i] = sum;
    }
    return values;
  }
}

async function decoded(text) {
  const bytes = await inflated(text);
  const length = new DataView(bytes.buffer).getUint32(0, true);
  const head = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
  return { head, column: name => new Column(bytes, 4 + length + head.columns[name][0]) };
}
