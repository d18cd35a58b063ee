import { expect, test } from '@jest/globals';
import { formatCommand } from '../../../scripts/process/format-command.ts';

test.each([
  [['get', 'pods', '--output=jsonpath={.items[*].x}'], 'p get pods --output=jsonpath={.items[*].x}'],
  [['-c', 'select 1\n  from x'], "p -c 'select 1 from x'"],
  [["it's", ''], "p 'it'\\''s' ''"],
  [['x'.repeat(200)], `p ${'x'.repeat(120)}...`],
])('quotes %j for a shell', (args, text) => {
  expect(formatCommand('p', args)).toBe(text);
});

test.each([
  ['--password=abc'],
  ['--password', 'abc'],
  ['--env=RABBITMQ_DEFAULT_PASS=abc'],
  ['--env', 'KAFKA_SASL_SECRET=abc'],
  ['--from-literal=api-key=abc'],
  ['--token', 'abc'],
  ['amqp://weft:abc@127.0.0.1:5672'],
])('masks secrets: %s %s', (...args) => {
  expect(formatCommand('docker', args)).not.toContain('abc');
  expect(formatCommand('docker', args)).toContain('***');
});

test('keeps names that merely contain a word for a secret', () => {
  const args = ['get', 'secrets', '--field-selector=involvedObject.name=token-a,type=Warning'];
  expect(formatCommand('kubectl', args)).toBe(['kubectl', ...args].join(' '));
});
