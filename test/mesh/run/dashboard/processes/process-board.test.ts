import { afterAll, describe, expect, test } from '@jest/globals';
import type { ConsoleLine, ProcessView } from '../../../../../mesh/run/dashboard/api/views.ts';
import { ProcessBoard } from '../../../../../mesh/run/dashboard/processes/process-board.ts';
import type { CommandMessage } from '../../../../../mesh/run/dashboard/processes/process-messages.ts';
import { removeFolders, withDashboard } from '../test-dashboard.ts';

afterAll(removeFolders);

const view = (name: string, state: string, isControllable = true) =>
  ({ name, state, isControllable }) as ProcessView;
const line = (sequence: number, process = 'order'): ConsoleLine => ({
  sequence,
  process,
  time: 0,
  level: 'info',
  text: `line ${sequence}`,
});

/** A board whose run answers commands with new states, and with an error for `broken`. */
function controlledBoard(): { readonly board: ProcessBoard; readonly commands: CommandMessage[] } {
  const commands: CommandMessage[] = [];
  const processes = new Map(['order', 'broken'].map((name) => [name, view(name, 'ready')]));
  const report = () =>
    board.receive({
      type: 'processes',
      processes: [...processes.values(), view('dashboard', 'ready', false)],
    });
  const board = new ProcessBoard((command) => {
    commands.push(command);
    const { id, process, action } = command;
    if (process === 'broken') return board.receive({ type: 'result', id, error: 'no such program' });
    processes.set(process, view(process, action === 'stop' ? 'stopped' : 'ready'));
    report();
    board.receive({ type: 'result', id });
  });
  report();
  return { board, commands };
}

const post = (path: string) =>
  withDashboard(
    async ({ fetch }) => {
      const response = await fetch(path, { method: 'POST' });
      return { status: response.status, body: await response.json() };
    },
    { board: controlledBoard().board },
  );

describe('a command of the page', () => {
  test.each([
    ['stop', 'stopped'],
    ['start', 'ready'],
    ['restart', 'ready'],
  ])('%s is sent to the run, and its response is the process in its new state', async (action, state) => {
    const { board, commands } = controlledBoard();
    await withDashboard(
      async ({ fetch }) => {
        const response = await fetch(`/api/processes/order/${action}`, { method: 'POST' });
        expect(await response.json()).toMatchObject({ name: 'order', state });
        expect(commands).toEqual([{ type: 'command', id: 1, action, process: 'order' }]);
      },
      { board },
    );
  });

  test.each([
    ['none/stop', 404, "process 'none' does not exist; the run has: order, broken, dashboard"],
    ['order/kill', 404, "action 'kill' does not exist; use start, stop, restart"],
    ['order', 404, "action '' does not exist; use start, stop, restart"],
    ['dashboard/stop', 409, "process 'dashboard' cannot be controlled from this page"],
    ['broken/restart', 409, 'no such program'],
  ])('%s is refused with the reason', async (path, status, detail) => {
    expect(await post(`/api/processes/${path}`)).toMatchObject({ status, body: { detail } });
  });
});

describe('the lines of the processes', () => {
  test('are those after a sequence number, the last ones up to the limit', async () => {
    const board = new ProcessBoard();
    board.receive({ type: 'lines', lines: [line(1), line(2, 'payment'), line(3), line(4)] });
    await withDashboard(
      async ({ get, fetch }) => {
        const sequences = async (query: string) =>
          (await get<{ lines: ConsoleLine[] }>(`/api/console?${query}`)).lines.map(
            ({ sequence }) => sequence,
          );
        expect(await sequences('')).toEqual([1, 2, 3, 4]);
        expect(await sequences('process=order')).toEqual([1, 3, 4]);
        expect(await sequences('after=2')).toEqual([3, 4]);
        expect(await sequences('process=order&limit=2')).toEqual([3, 4]);
        expect(await sequences('process=none')).toEqual([]);
        expect((await fetch('/api/console?limit=0')).status).toBe(400);
      },
      { board },
    );
  });

  test('are the newest of each process, of which one that floods does not displace others', () => {
    const board = new ProcessBoard();
    board.receive({ type: 'lines', lines: [line(0, 'quiet')] });
    for (let at = 1; at <= 10_000; at++) board.receive({ type: 'lines', lines: [line(at, 'flood')] });
    expect(board.lines('quiet', -1, 10)).toHaveLength(1);
    const flood = board.lines('flood', 0, 10_000);
    expect(flood.length).toBeLessThanOrEqual(2_400);
    expect(flood.at(-1)?.sequence).toBe(10_000);
  });
});
