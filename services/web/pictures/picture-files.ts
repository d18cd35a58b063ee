import { LRUCache } from 'lru-cache';
import { type EncodedFile, encodeFile } from '../http/encoded-file.ts';

/** Capacity of the LRU cache: about 2 MiB. */
const MAX_PICTURES = 1_000;

/** Compressed pictures, which are drawn on demand. */
export class PictureFiles {
  readonly #draw: (name: string) => string | undefined;
  readonly #files = new LRUCache<string, EncodedFile>({ max: MAX_PICTURES });

  /** @param draw returns the SVG of a name, or undefined for a name that no picture has */
  constructor(draw: (name: string) => string | undefined) {
    this.#draw = draw;
  }

  async find(name: string): Promise<EncodedFile | undefined> {
    const cached = this.#files.get(name);
    if (cached) return cached;
    const svg = this.#draw(name);
    if (svg === undefined) return undefined;
    const file = await encodeFile('image/svg+xml', svg);
    this.#files.set(name, file);
    return file;
  }
}
