import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, test } from '@jest/globals';
import { counter, log, logs, metrics, span, traces } from '../otlp-requests.ts';
import { removeFolders } from '../test-dashboard.ts';
import { openStore } from './test-store.ts';

afterAll(removeFolders);

describe('a store', () => {
  test('keeps its records when it is closed and opened', async () => {
    const first = await openStore();
    first.add(traces('order', [span(), span({ id: 2 })]));
    first.add(logs('order', [log()]));
    first.add(metrics('order', [counter('requests', [{ value: 1 }])]));
    first.store.saveState('x', 'kept');
    first.store.close();
    const { store } = await openStore({ file: first.file });
    expect(store.view()).toMatchObject({ spans: 2, logs: 1, metricPoints: 1, dropped: {} });
    expect(store.loadState('x')).toBe('kept');
    store.close();
  });

  test('keeps what it stored before its process was killed', async () => {
    const { store, file } = await openStore();
    store.close();
    const module = (path: string) => JSON.stringify(new URL(path, import.meta.url).href);
    const child = spawn(
      process.execPath,
      [
        '--input-type=module-typescript',
        '--eval',
        `const { openStore } = await import(${module('./test-store.ts')});
         const { span, traces } = await import(${module('../otlp-requests.ts')});
         const { add } = await openStore({ file: ${JSON.stringify(file)} });
         for (let id = 1; ; id++) {
           add(traces('order', [span({ id })]));
           console.log(id);
         }`,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    let output = '';
    child.stdout.on('data', (text) => {
      output += text;
      if (output.includes('\n100\n')) child.kill('SIGKILL');
    });
    await once(child, 'close');
    const last = Number(output.split('\n').at(-2));
    const reopened = await openStore({ file });
    const { spans } = reopened.store.view();
    // The process may have been killed between the write and its report.
    expect([last, last + 1]).toContain(spans);
    expect(reopened.problems).toEqual([]);
    reopened.store.close();
  });

  test.each([
    ['is no database', 'nonsense '.repeat(1_000)],
    ['has a damaged header', `SQLite format 3\0${'x'.repeat(8_000)}`],
  ])('whose file %s is moved aside and replaced by an empty one', async (_, text) => {
    const { store: unused, file } = await openStore();
    unused.close();
    await writeFile(file, text);
    const { store, add, problems } = await openStore({ file });
    expect(problems).toEqual([
      expect.stringMatching(
        /telemetry\.db is not readable \(.*\); moving it to .*telemetry\.db\.unreadable and/,
      ),
    ]);
    expect(add(traces('order', [span()]))).toBe(undefined);
    store.close();
  });

  test('of another version is replaced by an empty one', async () => {
    const first = await openStore();
    first.add(traces('order', [span()]));
    first.store.close();
    const database = new DatabaseSync(first.file);
    database.exec('PRAGMA user_version = 99');
    database.close();
    const { store, add, problems } = await openStore({ file: first.file });
    expect(store.view().spans).toBe(0);
    expect(add(traces('order', [span()]))).toBe(undefined);
    expect(problems).toEqual([]);
    store.close();
  });
});
