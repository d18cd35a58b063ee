import { readFileSync } from 'node:fs';
import { compileSchema, type SchemaCheck } from './compile-schema.ts';
import type { JsonSchema, Schemas } from './json-schema.ts';

const IMPORTS = new URL('../../../imports/schemas/', import.meta.url);

/** The vendored schemas, as checks that are made when a kind is first met. */
export class SchemaChecks {
  readonly #kinds: Readonly<Record<string, string>>;
  readonly #definitions: Readonly<Record<string, JsonSchema>>;
  readonly #checks = new Map<string, SchemaCheck>();

  constructor() {
    const [kubernetes, istio] = [read('kubernetes'), read('istio')];
    this.#kinds = { ...kubernetes.kinds, ...istio.kinds };
    this.#definitions = { ...kubernetes.definitions, ...istio.definitions };
  }

  /** `apiVersion/kind` of each kind that is known. */
  get kinds(): readonly string[] {
    return Object.keys(this.#kinds);
  }

  /** @returns undefined when there is no schema for the kind */
  of(apiVersion: string, kind: string): SchemaCheck | undefined {
    const key = `${apiVersion}/${kind}`;
    const definition = this.#kinds[key];
    const known = this.#checks.get(key);
    if (known || definition === undefined) return known;
    const check = compileSchema({ $ref: `#/definitions/${definition}` }, this.#definitions);
    this.#checks.set(key, check);
    return check;
  }
}

function read(name: string): Schemas {
  return JSON.parse(readFileSync(new URL(`${name}.json`, IMPORTS), 'utf8'));
}
