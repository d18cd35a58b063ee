import { expect, test } from '@jest/globals';
import { commandText } from '../../../scripts/process/command-text.ts';

test.each([
  [['get', 'pods', '--output=jsonpath={.items[*].x}'], 'p get pods --output=jsonpath={.items[*].x}'],
  [['-c', 'select 1\n  from x'], "p -c 'select 1 from x'"],
  [["it's", ''], "p 'it'\\''s' ''"],
  [['x'.repeat(200)], `p ${'x'.repeat(120)}...`],
])('%j is shown as a shell takes it', (args, text) => {
  expect(commandText('p', args)).toBe(text);
});

test.each([
  ['--password=abc'],
  ['--password', 'abc'],
  ['--env=RABBITMQ_DEFAULT_PASS=abc'],
  ['--env', 'KAFKA_SASL_SECRET=abc'],
  ['--from-literal=api-key=abc'],
  ['--token', 'abc'],
  ['amqp://weft:abc@127.0.0.1:5672'],
])('secrets are kept out: %s %s', (...args) => {
  expect(commandText('docker', args)).not.toContain('abc');
  expect(commandText('docker', args)).toContain('***');
});

test('what only sounds like a secret is shown', () => {
  const args = ['get', 'secrets', '--field-selector=involvedObject.name=token-a,type=Warning'];
  expect(commandText('kubectl', args)).toBe(['kubectl', ...args].join(' '));
});
