const C1 = 0x239b961b;
const C2 = 0xab0e9789;
const C3 = 0x38b34ae5;
const C4 = 0xa1e38b93;

/**
 * MurmurHash3 x86 128 (Appleby, public domain): four 32-bit words of a byte string. It spreads seeds, it protects nothing.
 *
 * @example murmur3(new TextEncoder().encode("seed"), 0); // Uint32Array(4)
 */
export function murmur3(bytes: Uint8Array, seed: number): Uint32Array {
  const h = Uint32Array.of(seed, seed, seed, seed);
  const blocks = bytes.length >> 4;
  for (let block = 0; block < blocks; block++) {
    const at = block << 4;
    h[0] ^= mix(word(bytes, at), C1, 15, C2);
    h[0] = Math.imul(rotate(h[0], 19) + h[1], 5) + 0x561ccd1b;
    h[1] ^= mix(word(bytes, at + 4), C2, 16, C3);
    h[1] = Math.imul(rotate(h[1], 17) + h[2], 5) + 0x0bcaa747;
    h[2] ^= mix(word(bytes, at + 8), C3, 17, C4);
    h[2] = Math.imul(rotate(h[2], 15) + h[3], 5) + 0x96cd1c35;
    h[3] ^= mix(word(bytes, at + 12), C4, 18, C1);
    h[3] = Math.imul(rotate(h[3], 13) + h[0], 5) + 0x32ac3b17;
  }
  // what is left over is read as if zeros followed; the mix of zero is zero
  const rest = new Uint8Array(16);
  rest.set(bytes.subarray(blocks << 4));
  h[3] ^= mix(word(rest, 12), C4, 18, C1);
  h[2] ^= mix(word(rest, 8), C3, 17, C4);
  h[1] ^= mix(word(rest, 4), C2, 16, C3);
  h[0] ^= mix(word(rest, 0), C1, 15, C2);

  for (let i = 0; i < 4; i++) h[i] ^= bytes.length;
  spread(h);
  for (let i = 0; i < 4; i++) h[i] = avalanche(h[i]);
  spread(h);
  return h;
}

function word(bytes: Uint8Array, at: number): number {
  return bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
}

function rotate(x: number, bits: number): number {
  return (x << bits) | (x >>> (32 - bits));
}

function mix(k: number, before: number, bits: number, after: number): number {
  return Math.imul(rotate(Math.imul(k, before), bits), after);
}

function avalanche(x: number): number {
  const a = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  const b = Math.imul(a ^ (a >>> 13), 0xc2b2ae35);
  return b ^ (b >>> 16);
}

function spread(h: Uint32Array): void {
  h[0] += h[1] + h[2] + h[3];
  h[1] += h[0];
  h[2] += h[0];
  h[3] += h[0];
}
