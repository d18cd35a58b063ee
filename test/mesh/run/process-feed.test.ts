import { describe, expect, test } from '@jest/globals';
import type { RunMessage } from '../../../mesh/run/dashboard/processes/process-messages.ts';
import { ProcessFeed } from '../../../mesh/run/process-feed.ts';
import type { ProcessStatus } from '../../../mesh/run/process-status.ts';

const STATUS: ProcessStatus = {
  phase: 'starting',
  since: 1,
  pid: 7,
  restarts: 0,
  waitsFor: 'its port',
  lastProblem: undefined,
};

function createFeed() {
  const output: string[] = [];
  const write = (name: string, text: string) => output.push(`${name}: ${text}`);
  const feed = new ProcessFeed({ line: write, note: write, problem: write });
  const messages: RunMessage[] = [];
  const send = (message: RunMessage) => messages.push(message);
  const lines = () => messages.flatMap((message) => (message.type === 'lines' ? message.lines : []));
  return { feed, output, messages, send, lines };
}

describe('a process feed', () => {
  test('passes everything on to the reporter of the terminal', () => {
    const { feed, output } = createFeed();
    feed.line('order', '{"message":"hello","level":"info"}');
    feed.note('order', 'is ready');
    feed.problem('order', 'failed');
    expect(output).toEqual(['order: {"message":"hello","level":"info"}', 'order: is ready', 'order: failed']);
  });

  test('sends what was reported before a dashboard connects, and once more to its successor', () => {
    const { feed, send, messages } = createFeed();
    feed.line('order', '{"message":"hello","level":"warn"}');
    feed.setStatus('dashboard', undefined, STATUS);
    for (let count = 1; count <= 2; count++) {
      messages.length = 0;
      feed.connect(send);
      feed.flush();
      expect(messages.slice(0, 2)).toMatchObject([
        {
          type: 'processes',
          processes: [
            {
              name: 'dashboard',
              kind: 'dashboard',
              state: 'starting',
              waitsFor: 'its port',
              isControllable: false,
            },
          ],
        },
        { type: 'lines', lines: [{ sequence: 1, process: 'order', level: 'warn', text: 'hello' }] },
      ]);
      feed.disconnect();
    }
  });

  test('sends each line once after a dashboard has connected', () => {
    const { feed, send, lines } = createFeed();
    feed.line('order', 'one');
    feed.connect(send);
    feed.line('order', 'two');
    feed.flush();
    feed.flush();
    expect(lines().map(({ text }) => text)).toEqual(['one', 'two']);
  });

  test('leaves out the first lines of a flood, and says how many', () => {
    const { feed, send, lines } = createFeed();
    feed.connect(send);
    for (let at = 1; at <= 100_000; at++) feed.line('flood', `line ${at}`);
    feed.flush();
    const [note, ...rest] = lines();
    expect(note).toMatchObject({
      process: 'weft',
      level: 'warn',
      text: '99000 lines are left out, because the processes write too many',
    });
    expect(rest).toHaveLength(1_000);
    expect(rest.at(-1)?.text).toBe('line 100000');
    feed.line('flood', 'later');
    feed.flush();
    expect(lines().slice(1_001)).toMatchObject([{ text: 'later' }]);
  });

  test('keeps a bounded number of lines for a dashboard that starts later', () => {
    const { feed, send, lines } = createFeed();
    for (let at = 1; at <= 100_000; at++) feed.line('flood', `line ${at}`);
    feed.connect(send);
    expect(lines().length).toBeLessThanOrEqual(2_400);
    expect(lines().at(-1)?.text).toBe('line 100000');
  });

  test('cuts lines that are too long', () => {
    const { feed, send, lines } = createFeed();
    feed.line('order', 'x'.repeat(100_000));
    feed.connect(send);
    expect(lines()[0]?.text).toBe(`${'x'.repeat(4_000)}…`);
  });
});
