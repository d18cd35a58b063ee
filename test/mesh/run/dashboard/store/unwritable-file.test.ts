import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { TelemetryStore } from '../../../../../mesh/run/dashboard/store/telemetry-store.ts';

test('keeps telemetry in memory if the file cannot be written, and says so', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'weft-store-'));
  try {
    const problems: string[] = [];
    const file = join(folder, 'missing', 'telemetry.db');
    const store = new TelemetryStore({ file, maxMiB: 16, onProblem: (text) => problems.push(text) });
    expect(store.view()).toMatchObject({ spans: 0, logs: 0 });
    store.close();
    expect(problems).toEqual([
      expect.stringMatching(
        /^cannot write \S+ \(unable to open database file\); keeping telemetry in memory/,
      ),
    ]);
  } finally {
    await rm(folder, { recursive: true });
  }
});
