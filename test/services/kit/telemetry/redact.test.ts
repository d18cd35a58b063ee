import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createLog } from '../../../../services/kit/telemetry/log.ts';
import { redactFields, SECRET_NAMES, SECRET_WORDS } from '../../../../services/kit/telemetry/redact.ts';
import { MAX_TEXT_LENGTH, passesLuhn, redactText } from '../../../../services/kit/telemetry/secret-text.ts';
import { propertyRuns } from '../../../property-runs.ts';

const JWT = 'eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJlLWJ5dGVz';
const PEM = '-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIF4yb3VyIHNlY3JldA==\n-----END EC PRIVATE KEY-----';

describe('fields by name', () => {
  test.each([
    ['password', 'hunter2'],
    ['PASSWD', 'hunter2'],
    ['db_password', 'hunter2'],
    ['accessToken', 'abc'],
    ['refresh-token', 'abc'],
    ['id_token', 'abc'],
    ['Authorization', 'Basic YTpi'],
    ['set-cookie', ['a=b']],
    ['x-api-key', 'abc'],
    ['private.key', 'abc'],
    ['credentials', { user: 'a' }],
    ['session_id', 'abc'],
    ['cardNumber', 4_111],
    ['PAN', '1'],
    ['cvv', 123],
    ['iban', 'DE89'],
    ['customerEmail', 'somebody'],
    ['phone_number', '1'],
    ['firstName', 'Ada'],
    ['full name', 'Ada'],
    ['address', '1 High Street, Leeds'],
    ['billingAddress', { street: 'High Street' }],
    ['addresses', ['1 High Street']],
  ])('redacts %s', (name, value) => {
    expect(redactFields({ [name]: value })).toEqual({ [name]: '[redacted]' });
    expect(redactFields({ a: [{ [name]: value }] })).toEqual({ a: [{ [name]: '[redacted]' }] });
  });

  test.each([
    ['address', 'postgres:5432'],
    ['grpcAddress', '0.0.0.0:50051'],
    ['address', '[::1]:8080'],
    ['address', 'xds:///product.shop.svc.cluster.local:50051'],
    ['addresses', ['kafka-0:9092', 'kafka-1:9092']],
    ['method', '/weft.user.v1.UserService/GetUser'],
    ['caller', 'gateway'],
    ['key', '0193a001-7c1e-7a2b-9f00-000000007919'],
    ['topic', 'orders'],
    ['hasPassword', true],
    ['password', undefined],
    ['company', 'Panorama'],
    ['name', 'inbox'],
  ])('keeps %s with the value %s', (name, value) => {
    expect(redactFields({ [name]: value })).toEqual({ [name]: value });
  });
});

describe('texts', () => {
  test.each([
    ['refused bearer abcdef0123456789', 'refused bearer [redacted]'],
    [`token ${JWT} expired`, 'token [redacted] expired'],
    [`key: ${PEM} end`, 'key: [redacted] end'],
    [PEM.slice(0, 50), '[redacted]'],
    ['amqp://weft:s3cret@rabbitmq:5672/shop', 'amqp://[redacted]@rabbitmq:5672/shop'],
    ['card 4111 1111 1111 1111 declined', 'card [redacted] declined'],
    ['Key (email)=(ada@example.com) already exists', 'Key (email)=([redacted]) already exists'],
    ['GET /callback?access_token=abc&state=1', 'GET /callback?access_token=[redacted]&state=1'],
    ['body {"password":"pässwörd","n":1}', 'body {"password":"[redacted]","n":1}'],
  ])('redacts the secret in %j', (text, expected) => expect(redactText(text)).toBe(expected));

  test.each([
    'cannot open database orders at postgres:5432 as order',
    'at file:///srv/node_modules/@grpc/grpc-js/build/src/call.js:32:19',
    'at /srv/node_modules/.pnpm/pg@8.23.1/node_modules/pg/lib/client.js:545:17',
    'spiffe://cluster.local/ns/shop/sa/order',
    '0193a001-7c1e-7a2b-9f00-000000007919',
    '41111111-1111-4111-8111-111111111111',
    '4bf92f3577b34da6a3ce929d0e0e4736',
    'expired at 1790000000000',
    'card 4111 1111 1111 1112',
    'https://example.com:8443/a?b=c',
    'invalid bearer token',
  ])('keeps %j', (text) => expect(redactText(text)).toBe(text));

  test('cuts a long string with a note, and shows no part of a secret where it cuts', () => {
    const text = redactText(`${'x'.repeat(10_000)}`);
    expect(text).toBe(`${'x'.repeat(MAX_TEXT_LENGTH)}... [cut, 10000 characters]`);
    for (const length of [8_100, 8_180, 16_300, 16_380, 20_000]) {
      const long = `${'-'.repeat(length)} https://user:hunter2-hunter2-hunter2@host/ `.repeat(3);
      expect(redactText(long)).not.toMatch(/hunter2/);
    }
  });

  test.each([
    'a'.repeat(100_000),
    'eyJ'.repeat(10_000),
    '@'.repeat(50_000),
    '4 '.repeat(30_000),
    'a://'.repeat(9_000),
  ])('searches a hostile text in bounded time', (text) => {
    expect(redactText(text).length).toBeLessThan(MAX_TEXT_LENGTH + 100);
  });
});

test('redacts messages, stacks and causes of errors, and keeps the frames of the stack', () => {
  const cause = Object.assign(new Error('connect amqp://weft:s3cret@mq failed'), { code: 'ECONNREFUSED' });
  const { error } = redactFields({ error: new Error(`bad ${JWT}`, { cause }) });
  expect(error).toMatchObject({
    name: 'Error',
    message: 'bad [redacted]',
    stack: expect.stringMatching(/^Error: bad \[redacted\]\n {4}at .*redact\.test\.ts/s),
    cause: { message: 'connect amqp://[redacted]@mq failed', code: 'ECONNREFUSED' },
  });
});

test('survives cycles, depth, throwing getters, binary data and very many values', () => {
  const cycle: Record<string, unknown> = { at: new Date(0), n: 1n, bytes: Buffer.from('secret') };
  cycle.self = cycle;
  const broken = Object.defineProperty({}, 'x', {
    enumerable: true,
    get: () => {
      throw new Error('no');
    },
  });
  let deep: unknown = 'bottom';
  for (let at = 0; at < 20; at++) deep = { deep };
  const safe = redactFields({ cycle, broken, deep, many: Array(5_000).fill(1) });
  expect(safe.cycle).toEqual({
    at: '1970-01-01T00:00:00.000Z',
    n: '1',
    bytes: '[6 bytes]',
    self: '[circular]',
  });
  expect(safe.broken).toBe('[unreadable: Error: no]');
  expect(JSON.stringify(safe.deep)).toContain('[too deep]');
  const many = safe.many as readonly unknown[];
  expect(many.length).toBeLessThanOrEqual(1_001);
  expect(many.at(-1)).toBe('[too many values]');
});

/** Spells a name as code, headers and SQL do. */
const spellings = (word: string) => [
  word,
  word.toUpperCase(),
  `x-${word}`,
  `old_${word}`,
  word.split('').join('_'),
];
const secret = fc.stringMatching(/^[A-Za-z0-9]{12,24}$/).map((text) => `s3cr3t${text}`);
const safeText = fc.stringMatching(/^[a-z ]{0,12}$/);
const card = fc
  .tuple(
    fc.constantFrom('4', '51', '37', '6011'),
    fc.stringMatching(/^\d{11,14}$/),
    fc.constantFrom('', '-', ' '),
  )
  .map(([prefix, digits, separator]) => {
    const body = `${prefix}${digits}`;
    const check = '0123456789'.split('').find((digit) => passesLuhn(body + digit)) ?? '';
    return (body + check).replace(/(\d{4})(?=\d)/g, `$1${separator}`);
  });
/** A value that contains a secret, and the text that must not be written. */
const holder = fc.oneof(
  fc
    .tuple(
      fc.constantFrom(...SECRET_WORDS).chain((word) => fc.constantFrom(...spellings(word))),
      secret,
    )
    .map(([name, text]) => ({ value: { [name]: text } as unknown, text })),
  fc
    .tuple(fc.constantFrom(...SECRET_NAMES, 'address', 'home_address'), secret)
    .map(([name, text]) => ({ value: { [name]: [text] } as unknown, text })),
  fc
    .tuple(
      safeText,
      fc.oneof(
        secret.map((text) => ({ text, context: `Bearer ${text}` })),
        secret.map((text) => ({ text, context: `eyJhbGciOiJub25lIn0.${text}.${text}` })),
        secret.map((text) => ({
          text,
          context: `-----BEGIN PRIVATE KEY-----\n${text}\n-----END PRIVATE KEY-----`,
        })),
        secret.map((text) => ({ text, context: `postgres://weft:${text}@db:5432/shop` })),
        secret.map((text) => ({ text, context: `?token=${text}` })),
        card.map((text) => ({ text, context: text })),
        fc.emailAddress().map((text) => ({ text, context: text })),
      ),
      safeText,
      fc.boolean(),
    )
    .map(([before, { text, context }, after, isError]) => {
      const message = `${before} ${context} ${after}`;
      return { value: (isError ? new Error(message) : message) as unknown, text };
    }),
);
const wrap = fc.array(fc.tuple(fc.stringMatching(/^[a-z]{1,8}$/), fc.anything(), fc.boolean()), {
  maxLength: 6,
});

test('writes no secret under a listed name or in a listed text, wherever it is nested', () => {
  fc.assert(
    fc.property(
      holder,
      wrap,
      fc.constantFrom('json' as const, 'text' as const),
      ({ value, text }, layers, format) => {
        const lines: string[] = [];
        const log = createLog({ service: 'order' }, { format, write: (line) => lines.push(line) });
        let nested = value;
        for (const [name, noise, isArray] of layers)
          nested = isArray ? [noise, nested] : { noise, [name]: nested };
        log.child({ nested }).info('placed', { nested });
        log.error(
          `failed: ${value instanceof Error ? value.message : typeof value === 'string' ? value : ''}`,
        );
        expect(lines).toHaveLength(2);
        expect(lines.join('')).not.toContain(text);
      },
    ),
    { numRuns: propertyRuns(1_500) },
  );
});
