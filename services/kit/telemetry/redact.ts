import { REDACTED, redactText } from './secret-text.ts';

/** Maximum depth of nested values in a log line. */
const MAX_DEPTH = 8;
/** Maximum number of nested values in a log line. */
const MAX_VALUES = 1_000;
const MAX_CACHED_NAMES = 1_000;

/** Words that make a value secret or personal wherever they occur in the name of its field. */
export const SECRET_WORDS = [
  ...[
    'password',
    'passwd',
    'passphrase',
    'secret',
    'token',
    'authorization',
    'cookie',
    'apikey',
    'privatekey',
  ],
  ...[
    'credential',
    'sessionid',
    'cardnumber',
    'email',
    'phone',
    'firstname',
    'lastname',
    'fullname',
    'givenname',
  ],
  ...['familyname', 'surname', 'dateofbirth', 'birthdate'],
] as const;
/** Names of fields that are secret or personal as a whole. */
export const SECRET_NAMES = ['pan', 'cvv', 'cvv2', 'cvc', 'iban', 'pin', 'ssn'] as const;
/** Ends of the names of fields that hold a postal address. The address of a server is not personal. */
const ADDRESS_NAME = /address(?:es|line\d?)?$/;
const SERVER_ADDRESS = /^(?:[a-z][a-z+]{0,10}:\/{2,3})?(?:[\w.-]{1,253}|\[[\da-f:.]{2,45}\]):\d{1,5}$/i;

type NameKind = 'plain' | 'secret' | 'address';

const nameKinds = new Map<string, NameKind>();

/** The values around the one that is redacted, and how many more may be written. */
interface Position {
  readonly ancestors: object[];
  valuesLeft: number;
}

/**
 * Returns fields without secrets and personal data, as plain values that JSON can represent. Never throws.
 *
 * A value is replaced by `[redacted]` if the name of its field, in lower case and without separators, contains a word of
 * SECRET_WORDS, is one of SECRET_NAMES, or ends in `address` while the value is not `host:port`. Booleans are kept. The
 * texts of `secret-text.ts` are replaced inside all other strings, including names, messages and stacks of errors.
 * Values below MAX_DEPTH, cycles and values beyond MAX_VALUES are replaced by a note.
 *
 * @param redacted redacted fields that the result has as well, unless `fields` has the same names
 */
export function redactFields(
  fields: Readonly<Record<string, unknown>>,
  redacted?: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const safe: Record<string, unknown> = { ...redacted };
  let position: Position | undefined;
  for (const name in fields) {
    const value = fields[name];
    const kind = kindOf(name);
    if (kind === 'plain' && typeof value === 'string') safe[name] = redactText(value);
    else if (kind === 'plain' && typeof value === 'number') safe[name] = redactNumber(value);
    else {
      position ??= { ancestors: [fields], valuesLeft: MAX_VALUES };
      safe[redactText(name)] = redactValue(value, kind, position);
    }
  }
  return safe;
}

function redactValue(value: unknown, kind: NameKind, position: Position): unknown {
  if (value === undefined || value === null || typeof value === 'boolean') return value;
  if (kind === 'secret') return REDACTED;
  if (kind === 'address' && !isServerAddress(value)) return REDACTED;
  switch (typeof value) {
    case 'string':
      return redactText(value);
    case 'number':
      return redactNumber(value);
    case 'bigint':
      return redactText(value.toString());
    case 'object':
      return redactObject(value, position);
    default:
      return undefined;
  }
}

/** A card number may be a number. */
function redactNumber(value: number): unknown {
  return value > 1e12 && redactText(String(value)) === REDACTED ? REDACTED : value;
}

function isServerAddress(value: unknown): boolean {
  return Array.isArray(value)
    ? value.every(isServerAddress)
    : typeof value === 'string' && SERVER_ADDRESS.test(value);
}

function redactObject(value: object, position: Position): unknown {
  const { ancestors } = position;
  if (ancestors.includes(value)) return '[circular]';
  if (ancestors.length > MAX_DEPTH) return '[too deep]';
  ancestors.push(value);
  try {
    return copy(value, position);
  } catch (error) {
    return `[unreadable: ${redactText(String(error))}]`;
  } finally {
    ancestors.pop();
  }
}

function copy(value: object, position: Position): unknown {
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (value instanceof Error) return copyProperties(describe(value), position);
  if (Array.isArray(value)) {
    const items = value.slice(0, position.valuesLeft).map((item) => copyItem(item, 'plain', position));
    return items.length < value.length ? [...items, '[too many values]'] : items;
  }
  if ('toJSON' in value && typeof value.toJSON === 'function') {
    return copyItem(value.toJSON(), 'plain', position);
  }
  return copyProperties(value, position);
}

function copyProperties(value: object, position: Position): Record<string, unknown> {
  const safe: Record<string, unknown> = {};
  for (const [name, item] of Object.entries(value))
    safe[redactText(name)] = copyItem(item, kindOf(name), position);
  return safe;
}

function copyItem(value: unknown, kind: NameKind, position: Position): unknown {
  position.valuesLeft--;
  return position.valuesLeft < 0 ? '[too many values]' : redactValue(value, kind, position);
}

/** Returns the properties of an error that a log line has. */
function describe(error: Error): object {
  const { name, message, stack, cause } = error;
  return {
    name,
    message,
    ...('code' in error && { code: error.code }),
    stack,
    ...(cause !== undefined && { cause }),
    ...(error instanceof AggregateError && { errors: error.errors }),
  };
}

function kindOf(name: string): NameKind {
  const cached = nameKinds.get(name);
  if (cached) return cached;
  const word = name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');
  const isSecret =
    SECRET_WORDS.some((secret) => word.includes(secret)) || SECRET_NAMES.some((secret) => word === secret);
  const kind = isSecret ? 'secret' : ADDRESS_NAME.test(word) ? 'address' : 'plain';
  if (nameKinds.size < MAX_CACHED_NAMES) nameKinds.set(name, kind);
  return kind;
}
