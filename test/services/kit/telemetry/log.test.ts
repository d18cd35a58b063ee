import { expect, test } from '@jest/globals';
import { createLog } from '../../../../services/kit/telemetry/log.ts';

function written(
  options: Parameters<typeof createLog>[1],
  use: (log: ReturnType<typeof createLog>) => void,
): string[] {
  const lines: string[] = [];
  use(createLog({ service: 'order' }, { ...options, write: (line) => lines.push(line) }));
  return lines;
}

test('writes one JSON object per line with the fields of the log and of the line', () => {
  const [line] = written({}, (log) =>
    log.child({ requestId: 'r' }).info('placed\n', { n: 1n, nothing: undefined }),
  );
  expect(line).toMatch(/^[^\n]+\n$/);
  const names = ['level', 'time', 'message', 'service', 'requestId', 'n'];
  expect(Object.keys(JSON.parse(line ?? ''))).toEqual(names);
  expect(JSON.parse(line ?? '')).toEqual({
    time: expect.stringMatching(/Z$/),
    level: 'info',
    message: 'placed\n',
    service: 'order',
    requestId: 'r',
    n: '1',
  });
});

test('writes name, code, stack and causes of an error', () => {
  const cause = Object.assign(new TypeError('deep'), { code: '23505' });
  const [line] = written({}, (log) => log.error('failed', { error: new Error('outer', { cause }) }));
  expect(JSON.parse(line ?? '').error).toMatchObject({
    message: 'outer',
    stack: expect.stringContaining('log.test.ts'),
    cause: { name: 'TypeError', message: 'deep', code: '23505' },
  });
});

test('writes text, and omits lines below the level', () => {
  const lines = written({ format: 'text', level: 'warn' }, (log) => {
    log.debug('a');
    log.info('b');
    log.warn('c', { n: 1, name: 'x', list: [1] });
    log.error('d');
  });
  expect(lines.map((line) => line.slice(13))).toEqual(['warn  c n=1 name=x list=[1]\n', 'error d\n']);
});
