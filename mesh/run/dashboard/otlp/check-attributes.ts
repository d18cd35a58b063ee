import { excerptOf, OtlpError } from './otlp-error.ts';

/** Deepest nesting of a value. Deeper values could overflow the stack of their readers. */
const MAX_DEPTH = 32;

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Returns a list. A missing one is empty, because proto3 JSON leaves empty lists out. */
export function checkList(value: unknown, path: string): readonly unknown[] {
  const list = value ?? [];
  if (Array.isArray(list)) return list;
  throw new OtlpError(`${path} is ${excerptOf(value)}; it must be a list`);
}

export function checkObject(value: unknown, path: string): Readonly<Record<string, unknown>> {
  if (isObject(value)) return value;
  throw new OtlpError(`${path} is ${excerptOf(value)}; it must be an object`);
}

export function checkString(value: unknown, path: string): string {
  if (typeof value === 'string') return value;
  throw new OtlpError(`${path} is ${excerptOf(value)}; it must be a string`);
}

/** @throws OtlpError unless the value is a list of attributes, or missing */
export function checkAttributes(value: unknown, path: string, depth = 0): void {
  for (const [at, item] of checkList(value, path).entries()) {
    const attribute = checkObject(item, `${path}[${at}]`);
    checkString(attribute.key, `${path}[${at}].key`);
    checkValue(attribute.value, `${path}[${at}].value`, depth);
  }
}

/** @throws OtlpError unless the value is that of an attribute or the body of a log record, or missing */
export function checkValue(value: unknown, path: string, depth = 0): void {
  if (value === undefined || value === null) return;
  if (!isObject(value))
    throw new OtlpError(`${path} is ${excerptOf(value)}; it must be an object such as {"stringValue":""}`);
  if (depth >= MAX_DEPTH) throw new OtlpError(`${path} is nested deeper than ${MAX_DEPTH} levels`);
  const array = checkObject(value.arrayValue ?? {}, `${path}.arrayValue`);
  for (const [at, item] of checkList(array.values, `${path}.arrayValue.values`).entries())
    checkValue(item, `${path}.arrayValue.values[${at}]`, depth + 1);
  const map = checkObject(value.kvlistValue ?? {}, `${path}.kvlistValue`);
  checkAttributes(map.values, `${path}.kvlistValue.values`, depth + 1);
}

/** Converts a number, or a number as text. Returns NaN for values of other types, of which some do not convert. */
export function toNumber(value: unknown): number {
  return typeof value === 'number' || typeof value === 'string' ? Number(value) : Number.NaN;
}
