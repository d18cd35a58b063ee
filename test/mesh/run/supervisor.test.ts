import { describe, expect, test } from '@jest/globals';
import type { Exit } from '../../../mesh/run/process/spawn-tied.ts';
import type { ProcessStatus } from '../../../mesh/run/process-status.ts';
import type { ProcessObserver, RunningProcess } from '../../../mesh/run/running-process.ts';
import { SupervisedProcess } from '../../../mesh/run/supervisor.ts';
import { eventually } from '../../until.ts';

/** A process that a test makes ready and ends. */
class FakeProcess implements RunningProcess {
  readonly pid: number;
  readonly observer: ProcessObserver;
  readonly becomesReady = Promise.withResolvers<void>();
  readonly ends = Promise.withResolvers<Exit>();
  readonly ready = this.becomesReady.promise;
  readonly exited = this.ends.promise;
  /** Whether `stop` waits until the test ends the process. */
  isSlow = false;

  constructor(pid: number, observer: ProcessObserver) {
    this.pid = pid;
    this.observer = observer;
    this.ready.catch(() => {});
  }

  async stop(): Promise<void> {
    if (!this.isSlow) this.ends.resolve({ code: 0, signal: null });
    await this.exited;
  }

  kill(): void {
    this.ends.resolve({ code: null, signal: 'SIGKILL' });
  }
}

function supervise(maxRestartDelayMs = 1) {
  const launched: FakeProcess[] = [];
  const statuses: ProcessStatus[] = [];
  const problems: string[] = [];
  const supervised = new SupervisedProcess({
    name: 'order',
    launch: async (observer) => {
      const process = new FakeProcess(launched.length + 1, observer);
      launched.push(process);
      return process;
    },
    reporter: { line() {}, note() {}, problem: (_, text) => problems.push(text) },
    maxRestartDelayMs,
    onStatus: (status) => statuses.push(status),
  });
  const launch = (number: number) => eventually(() => supervised.pid === number && launched[number - 1]);
  const launchReady = async (number: number) => {
    const process = await launch(number);
    process.becomesReady.resolve();
    await eventually(() => supervised.status.phase === 'ready');
    return process;
  };
  const phases = () => statuses.map(({ phase }) => phase).filter((phase, at, all) => phase !== all[at - 1]);
  return { supervised, launched, problems, phases, launch, launchReady };
}

describe('a process that the user stops', () => {
  test('is stopped once pause() resolves, and runs again once resume() resolves', async () => {
    const { supervised, launchReady, launched, problems, phases } = supervise();
    await launchReady(1);
    await supervised.pause();
    expect(supervised.status).toMatchObject({ phase: 'stopped', pid: undefined, restarts: 0 });
    const resumed = supervised.resume();
    await launchReady(2);
    await resumed;
    expect(supervised.status).toMatchObject({ phase: 'ready', pid: 2, restarts: 1, lastProblem: undefined });
    expect(phases()).toEqual(['starting', 'ready', 'stopping', 'stopped', 'starting', 'ready']);
    expect([launched.length, problems]).toEqual([2, []]);
    await supervised.stop();
  });

  test('while it starts is stopped, and resumes', async () => {
    const { supervised, launch, launchReady, problems } = supervise();
    await launch(1);
    await supervised.pause();
    expect(supervised.status.phase).toBe('stopped');
    const resumed = supervised.resume();
    await launchReady(2);
    await Promise.all([resumed, supervised.ready]);
    expect(problems).toEqual([]);
    await supervised.stop();
  });

  test('while it waits for its restart does not start until it is resumed', async () => {
    const { supervised, launchReady, launched } = supervise(3_600_000);
    const process = await launchReady(1);
    process.kill();
    await eventually(() => supervised.status.phase === 'restarting');
    await supervised.pause();
    expect(supervised.status.phase).toBe('stopped');
    expect(launched).toHaveLength(1);
    const resumed = supervised.resume();
    await launchReady(2);
    await resumed;
    await supervised.stop();
  });

  test('again before it has started stays stopped, and its start is rejected', async () => {
    const { supervised, launchReady, launched } = supervise();
    const process = await launchReady(1);
    process.isSlow = true;
    const paused = supervised.pause();
    const resumed = supervised.resume();
    const pausedAgain = supervised.pause();
    process.ends.resolve({ code: 0, signal: null });
    await expect(resumed).rejects.toThrow('order was stopped');
    await Promise.all([paused, pausedAgain]);
    expect([supervised.status.phase, launched.length]).toEqual(['stopped', 1]);
    await supervised.stop();
  });

  test('and starts while it still exits is started once it has exited', async () => {
    const { supervised, launchReady, problems } = supervise();
    const process = await launchReady(1);
    process.isSlow = true;
    const paused = supervised.pause();
    const resumed = supervised.resume();
    process.ends.resolve({ code: 0, signal: null });
    await launchReady(2);
    await Promise.all([paused, resumed]);
    expect(problems).toEqual([]);
    await supervised.stop();
  });

  test('starts again by restart() as well', async () => {
    const { supervised, launchReady } = supervise();
    await launchReady(1);
    await supervised.pause();
    const restarted = supervised.restart();
    await launchReady(2);
    await restarted;
    await supervised.stop();
  });

  test('stops for good at the end of the run', async () => {
    const { supervised, launchReady, launched } = supervise();
    await launchReady(1);
    await supervised.pause();
    await supervised.stop();
    expect([supervised.status.phase, launched.length]).toEqual(['stopped', 1]);
  });
});

describe('restart()', () => {
  test('of a process that starts launches another one, whose readiness it awaits', async () => {
    const { supervised, launch, launchReady, problems } = supervise();
    await launch(1);
    const restarted = supervised.restart();
    await launchReady(2);
    await restarted;
    expect([supervised.status.restarts, problems]).toEqual([1, []]);
    await supervised.stop();
  });

  test('of a process that waits for its restart does not wait', async () => {
    const { supervised, launchReady } = supervise(3_600_000);
    (await launchReady(1)).kill();
    await eventually(() => supervised.status.phase === 'restarting');
    const restarted = supervised.restart();
    await launchReady(2);
    await restarted;
    await supervised.stop();
  });

  test('is not resolved by the old process', async () => {
    const { supervised, launchReady, launch } = supervise();
    const first = await launch(1);
    first.isSlow = true;
    let isRestarted = false;
    const restarted = supervised.restart().then(() => {
      isRestarted = true;
    });
    first.becomesReady.resolve();
    first.ends.resolve({ code: 0, signal: null });
    await launch(2);
    expect(isRestarted).toBe(false);
    await launchReady(2);
    await restarted;
    await supervised.stop();
  });

  test('is rejected if the run ends first', async () => {
    const { supervised, launchReady, launch } = supervise();
    await launchReady(1);
    const restarted = supervised.restart();
    await launch(2);
    await Promise.all([expect(restarted).rejects.toThrow('order was stopped'), supervised.stop()]);
  });

  test.each(['restart', 'pause', 'resume'] as const)(
    'as every command is rejected after the end: %s',
    async (command) => {
      const { supervised, launchReady } = supervise();
      await launchReady(1);
      await supervised.stop();
      await expect(supervised[command]()).rejects.toThrow(
        'order is not started again in this run; start the run again',
      );
    },
  );
});

describe('the status of a process', () => {
  test('tells what the process waits for, and its last problem', async () => {
    const { supervised, launch, launchReady, problems } = supervise(3_600_000);
    const process = await launch(1);
    process.observer.onWait('startup probe /healthz');
    expect(supervised.status).toMatchObject({
      phase: 'starting',
      waitsFor: 'startup probe /healthz',
      pid: 1,
    });
    await launchReady(1);
    expect(supervised.status).toMatchObject({ phase: 'ready', waitsFor: undefined, lastProblem: undefined });
    process.observer.onWait('readiness probe /readyz');
    expect(supervised.status).toMatchObject({
      phase: 'unready',
      waitsFor: 'readiness probe /readyz',
      lastProblem: 'readiness probe /readyz failed',
    });
    process.observer.onWait(undefined);
    expect(supervised.status).toMatchObject({
      phase: 'ready',
      lastProblem: 'readiness probe /readyz failed',
    });
    process.kill();
    await eventually(() => supervised.status.phase === 'restarting');
    expect(supervised.status).toMatchObject({
      pid: undefined,
      waitsFor: 'restart in 0.1 s',
      lastProblem: 'was killed by SIGKILL',
    });
    expect(problems).toEqual(['was killed by SIGKILL; restarting in 0.1 s']);
    await supervised.stop();
    expect(supervised.status).toMatchObject({ phase: 'stopped', waitsFor: undefined });
  });

  test('is failed if the first start fails in a way that a restart cannot fix', async () => {
    const { supervised, launch } = supervise();
    (await launch(1)).ends.resolve({ code: 78, signal: null });
    await expect(supervised.ready).rejects.toThrow('order exited with code 78');
    expect(supervised.status).toMatchObject({ phase: 'failed', lastProblem: 'exited with code 78' });
  });
});
