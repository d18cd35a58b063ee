import { Yaml } from 'cdk8s';
import { literalBlock, mapKey, singleLine } from './yaml-scalar.ts';

/** From this length on, YAML writes a key on a line of its own. */
const LONG_KEY = 1_000;
/** Longer strings are unlikely to come again. */
const REMEMBERED = 100;

/** Thrown where the layout depends on more than the value: the document is then left to the library. */
class Unusual extends Error {}

/**
 * Writes JSON as YAML 1.1, byte for byte as cdk8s' `Yaml.stringify` does, about twenty times faster.
 *
 * Remembers strings that it has seen: use one writer for the documents of one app.
 */
export class YamlWriter {
  readonly #values = new Map<string, string>();
  readonly #keys = new Map<string, string>();

  /** Documents in one file, with a line of `---` between them. */
  stringify(documents: readonly unknown[]): string {
    return documents.map((document) => this.#document(document)).join('---\n');
  }

  #document(document: unknown): string {
    try {
      if (typeof document !== 'object' || document === null) throw new Unusual();
      return `${this.#node(document, '', new Set())}\n`;
    } catch (error) {
      if (error instanceof Unusual) return Yaml.stringify(document);
      throw error;
    }
  }

  #node(value: unknown, indent: string, seen: Set<object>): string {
    switch (typeof value) {
      case 'string':
        return this.#string(value, indent);
      case 'number':
        if (!Number.isFinite(value)) throw new Unusual();
        return Object.is(value, -0) ? '-0' : String(value);
      case 'boolean':
        return value ? 'true' : 'false';
      case 'object':
        return value === null ? 'null' : this.#collection(value, indent, seen);
      case 'undefined':
        return 'null';
      default:
        throw new Unusual();
    }
  }

  #collection(value: object, indent: string, seen: Set<object>): string {
    // The library writes an object that occurs twice as an anchor and an alias.
    if (seen.has(value)) throw new Unusual();
    seen.add(value);
    if (Array.isArray(value)) {
      if (value.length === 0) return '[]';
      const inner = `${indent}  `;
      return value.map((item) => `- ${this.#node(item, inner, seen)}`).join(`\n${indent}`);
    }
    if (value.constructor !== Object || 'toJSON' in value) throw new Unusual();
    return this.#map(value as Readonly<Record<string, unknown>>, indent, seen);
  }

  #map(map: Readonly<Record<string, unknown>>, indent: string, seen: Set<object>): string {
    const inner = `${indent}  `;
    let text = '';
    for (const key in map) {
      const value = map[key];
      if (text !== '') text += `\n${indent}`;
      text += `${this.#key(key, indent === '')}:${isFilled(value) ? `\n${inner}` : ' '}${this.#node(value, inner, seen)}`;
    }
    return text === '' ? '{}' : text;
  }

  #string(text: string, indent: string): string {
    const known = this.#values.get(text);
    if (known !== undefined) return known;
    if (text.includes('\n')) {
      const block = literalBlock(text, indent);
      if (block === undefined) throw new Unusual();
      return block;
    }
    const written = singleLine(text);
    if (text.length <= REMEMBERED) this.#values.set(text, written);
    return written;
  }

  #key(text: string, atTop: boolean): string {
    const known = atTop ? undefined : this.#keys.get(text);
    if (known !== undefined) return known;
    if (text.includes('\n') || text.length > LONG_KEY) throw new Unusual();
    const written = mapKey(text, atTop);
    if (!atTop && text.length <= REMEMBERED) this.#keys.set(text, written);
    return written;
  }
}

/** Whether a value starts on a line of its own below its key. */
function isFilled(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.length > 0;
  for (const _ in value) return true;
  return false;
}
