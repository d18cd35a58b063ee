/**
 * Returns the MurmurHash3 (Appleby, x86, 32 bits) of the UTF-16 code units of `text`, two per block.
 * @returns an unsigned 32-bit integer
 */
export function hash(text: string, seed = 0): number {
  const { length } = text;
  let state = seed;
  for (let i = 1; i < length; i += 2) {
    state ^= scramble(text.charCodeAt(i - 1) | (text.charCodeAt(i) << 16));
    state = (state << 13) | (state >>> 19);
    state = (Math.imul(state, 5) + 0xe6546b64) | 0;
  }
  if (length & 1) state ^= scramble(text.charCodeAt(length - 1));
  state ^= length * 2;
  state = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
  state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35);
  return (state ^ (state >>> 16)) >>> 0;
}

function scramble(block: number): number {
  const mixed = Math.imul(block, 0xcc9e2d51);
  return Math.imul((mixed << 15) | (mixed >>> 17), 0x1b873593);
}

/** Returns where a key is looked up in each round. Rounds are far apart, by the golden ratio (Knuth, TAOCP 6.4). */
export function offsetKey(key: number, round: number): number {
  return (key + Math.imul(round, 0x9e3779b1)) >>> 0;
}
