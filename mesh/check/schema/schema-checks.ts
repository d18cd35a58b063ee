import { readFileSync } from 'node:fs';
import { compileSchema } from './compile-schema.ts';
import type { JsonSchema, Schemas } from './json-schema.ts';
import type { SchemaCheck } from './schema-check.ts';

const IMPORTS = new URL('../../../imports/schemas/', import.meta.url);

/** Validators for the vendored schemas. Each one is compiled when its kind is first requested. */
export class SchemaChecks {
  readonly #kinds: Readonly<Record<string, string>>;
  readonly #definitions: Readonly<Record<string, JsonSchema>>;
  readonly #checks = new Map<string, SchemaCheck>();

  constructor() {
    const [kubernetes, istio] = [read('kubernetes'), read('istio')];
    this.#kinds = { ...kubernetes.kinds, ...istio.kinds };
    this.#definitions = { ...kubernetes.definitions, ...istio.definitions };
  }

  /** Kinds that have a schema, as `apiVersion/kind`. */
  get kinds(): readonly string[] {
    return Object.keys(this.#kinds);
  }

  /** Returns the validator of a kind; undefined if the kind has no schema. */
  of(apiVersion: string, kind: string): SchemaCheck | undefined {
    const key = `${apiVersion}/${kind}`;
    const definition = this.#kinds[key];
    const cached = this.#checks.get(key);
    if (cached || definition === undefined) return cached;
    const check = compileSchema({ $ref: `#/definitions/${definition}` }, this.#definitions);
    this.#checks.set(key, check);
    return check;
  }
}

function read(name: string): Schemas {
  return JSON.parse(readFileSync(new URL(`${name}.json`, IMPORTS), 'utf8'));
}
