import { expect, test } from '@jest/globals';
import { verbViolations } from '../../../scripts/check/verb-rule.ts';

test.each([
  ['const { items } = JSON.parse(output) as List;'],
  ['  return texts.map(JSON.parse);'],
  ['const body = (await response.json()) as Order;'],
])('rejects %s with its file and line', (line) => {
  expect(verbViolations('scripts/operate/a.ts', `\n${line}\n`)).toEqual([
    'scripts/operate/a.ts:2: parses JSON without a schema; use readJson of mesh/run/process/read-json.ts',
  ]);
});

test.each([
  ['// a comment with JSON.parse('],
  ['/** a comment with response.json() */'],
  ['const value = readJson(SCHEMA, output, source);'],
  ['process.stdout.write(JSON.stringify(value));'],
])('accepts %s', (line) => {
  expect(verbViolations('scripts/operate/a.ts', line)).toEqual([]);
});

test('rejects a verb that does not run in runVerb', () => {
  expect(verbViolations('scripts/a-verb.ts', 'try {} catch {}')).toEqual([
    'scripts/a-verb.ts:1: a verb must run in runVerb of scripts/process/run-verb.ts',
  ]);
  expect(verbViolations('scripts/a-verb.ts', 'await runVerb(main);')).toEqual([]);
});

test('rejects an exemption that its file does not need', () => {
  const file = 'mesh/run/postgres/binaries.ts';
  expect(verbViolations(file, 'JSON.parse(text)')).toEqual([]);
  expect(verbViolations(file, 'readJson()')).toEqual([
    expect.stringContaining('does not parse JSON; remove its exemption'),
  ]);
});
