import { literalBlock, singleLine } from './yaml-scalar.ts';

/** Longer keys are written as `? key`, because parsers search for the colon within 1,024 characters. */
const MAX_KEY_LENGTH = 1_000;
/** Longer strings are not cached, because they rarely repeat. */
const MAX_CACHED_LENGTH = 100;

/**
 * Writes JSON as YAML that parsers of YAML 1.1, of YAML 1.2 and of Go read back as the same JSON. Uses no anchors,
 * tags, directives or folded lines. About twenty times faster than cdk8s' `Yaml.stringify`.
 *
 * Caches strings, so use one writer for all documents of an app.
 */
export class YamlWriter {
  readonly #strings = new Map<string, string>();

  /**
   * Returns the documents as one file, separated by lines of `---`. Undefined fields are omitted, as in JSON.
   *
   * @throws Error if a value cannot be written as JSON, or a string has half of a surrogate pair
   */
  stringify(documents: readonly unknown[]): string {
    return documents.map((document) => `${this.#node(document, '')}\n`).join('---\n');
  }

  #node(value: unknown, indent: string): string {
    switch (typeof value) {
      case 'string':
        return this.#string(value, indent);
      case 'number':
      case 'boolean':
        return scalar(value);
      case 'object':
        if (value === null) return 'null';
        return Array.isArray(value) ? this.#list(value, indent) : this.#map(value, indent);
      case 'undefined':
        return 'null';
      default:
        throw new Error(
          `a ${typeof value} cannot be written as JSON; use plain objects, arrays, strings, numbers and booleans`,
        );
    }
  }

  #list(list: readonly unknown[], indent: string): string {
    if (list.length === 0) return '[]';
    const inner = `${indent}  `;
    return list.map((item) => `- ${this.#node(item, inner)}`).join(`\n${indent}`);
  }

  #map(map: object, indent: string): string {
    const prototype: unknown = Object.getPrototypeOf(map);
    if (prototype !== Object.prototype && prototype !== null) {
      throw new Error(
        `a ${map.constructor.name} cannot be written as JSON; use plain objects, arrays, strings, numbers and booleans`,
      );
    }
    const inner = `${indent}  `;
    let text = '';
    for (const [key, value] of Object.entries(map)) {
      if (value === undefined) continue;
      if (text !== '') text += `\n${indent}`;
      text += `${this.#key(key, indent)}:${isFilled(value) ? `\n${inner}` : ' '}${this.#node(value, inner)}`;
    }
    return text === '' ? '{}' : text;
  }

  #string(text: string, indent: string): string {
    const block = indent !== '' && text.includes('\n') ? literalBlock(text, indent) : undefined;
    return block ?? this.#singleLine(text);
  }

  #key(text: string, indent: string): string {
    const keyText = this.#singleLine(text);
    return keyText.length > MAX_KEY_LENGTH ? `? ${keyText}\n${indent}` : keyText;
  }

  #singleLine(text: string): string {
    const cached = this.#strings.get(text);
    if (cached !== undefined) return cached;
    const line = singleLine(text);
    if (text.length <= MAX_CACHED_LENGTH) this.#strings.set(text, line);
    return line;
  }
}

function scalar(value: number | boolean): string {
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new Error(`${value} cannot be written as JSON; use a finite number`);
  }
  // Parsers of YAML 1.1 require a dot before an exponent.
  return JSON.stringify(value).replace(/^(-?\d+)e/, '$1.0e');
}

/** Returns whether a value starts on a new line below its key. */
function isFilled(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Array.isArray(value) ? value.length > 0 : Object.values(value).some((field) => field !== undefined);
}
