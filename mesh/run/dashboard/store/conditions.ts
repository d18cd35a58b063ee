type SqlValue = string | number;

/** Conditions of a WHERE clause with their values. */
export class Conditions {
  readonly #texts: string[] = [];
  readonly values: SqlValue[] = [];

  /** Adds a condition, unless its value is undefined. @param text with one `?` */
  add(text: string, value: SqlValue | undefined): this {
    if (value === undefined) return this;
    this.#texts.push(text);
    this.values.push(value);
    return this;
  }

  get where(): string {
    return this.#texts.length === 0 ? '' : `WHERE ${this.#texts.join(' AND ')}`;
  }
}

/** Returns a pattern of LIKE for texts that contain `text`. Use it with `ESCAPE '\\'`. */
export function containing(text: string | undefined): string | undefined {
  return text === undefined ? undefined : `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`;
}
