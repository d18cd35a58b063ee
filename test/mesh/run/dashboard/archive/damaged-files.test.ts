import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from '@jest/globals';
import type { InfoView } from '../../../../../mesh/run/dashboard/api/views.ts';
import { gauge, metrics, span, traces } from '../otlp-requests.ts';
import { removeFolders, withDashboard } from '../test-dashboard.ts';
import { exportAll, importFile } from './test-archive.ts';

afterAll(removeFolders);

/** Returns an export of 1,000 spans, 200 per line, and of a metric. */
function exportFile(): Promise<Buffer> {
  return withDashboard(async (dashboard) => {
    const attributes = () => ({ random: Math.random().toString(36) });
    await dashboard.send(
      traces(
        'order',
        Array.from({ length: 1_000 }, (_, at) => span({ trace: at + 1, attributes: attributes() })),
      ),
    );
    await dashboard.send(metrics('order', [gauge('queue', [{ value: 1 }])]));
    return exportAll(dashboard);
  });
}

let exported: Promise<Buffer> | undefined;

function validFile(): Promise<Buffer> {
  exported ??= exportFile();
  return exported;
}

const edit = (change: (text: string) => string) => async () =>
  change(gunzipSync(await validFile()).toString('utf8'));
const header = (change: (value: Record<string, unknown>) => object) =>
  edit((text) => {
    const [first = '', ...rest] = text.split('\n');
    return [JSON.stringify(change(JSON.parse(first))), ...rest].join('\n');
  });

describe('an import is refused with the reason for', () => {
  test.each([
    ['an empty file', async () => '', 'the file is empty; choose a file that the dashboard exported'],
    ['an empty gzip file', async () => gzipSync(''), 'the file is empty'],
    [
      'a picture',
      async () => Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 10]),
      'the file is not an export of the dashboard',
    ],
    ['another gzip file', async () => gzipSync('hello\n'), "its first line has no format 'weft-telemetry'"],
    ['other JSON', async () => '{"format":"other"}', "its first line has no format 'weft-telemetry'"],
    [
      'another version',
      header((value) => ({ ...value, version: 99 })),
      'the file: version is the number 99, expected one of 1; export the file again',
    ],
    [
      'a header with a damaged graph',
      header((value) => ({
        ...value,
        graph: { services: [], topics: [], calls: [{ caller: 'a', callee: 'b', name: 'c' }] },
      })),
      /^the file: graph\.calls\[0\]\.methods is /,
    ],
    [
      'a truncated line',
      edit((text) => text.slice(0, -20)),
      /^the file, line 7 is not JSON; the file is truncated or damaged$/,
    ],
    [
      'a line of another kind',
      edit((text) => `${text}{"other":1}\n`),
      /^the file, line 8 is not valid: it has none of/,
    ],
    ['a line that is null', edit((text) => `${text}null\n`), /^the file, line 8 is not JSON/],
    [
      'an invalid point',
      edit((text) => text.replace('"type":"gauge"', '"type":"x"')),
      /^the file, line 7 is not valid: /,
    ],
    [
      'spans that are no list',
      edit((text) => text.replace('"resourceSpans":[', '"resourceSpans":5,"x":[')),
      /^the file, line 2 is not valid: resourceSpans is 5; it must be a list$/,
    ],
  ])('%s', async (_, file, message) => {
    const body = await file();
    await withDashboard(async (dashboard) => {
      const { detail } = await importFile(dashboard, typeof body === 'string' ? body : new Uint8Array(body));
      if (typeof message === 'string') expect(detail).toContain(message);
      else expect(detail).toMatch(message);
      expect(dashboard.problems).toEqual([]);
    });
  });
});

test.each([0.3, 0.6, 0.95])(
  'a compressed file that ends after %f of it is refused, and what precedes its end is kept',
  async (share) => {
    const whole = await validFile();
    await withDashboard(async (dashboard) => {
      const { detail } = await importFile(dashboard, new Uint8Array(whole.subarray(0, share * whole.length)));
      expect(detail).toBe(
        'the file ends early or is damaged: unexpected end of file; lines before are imported',
      );
      const { store } = await dashboard.get<InfoView>('/api/info');
      expect([0, 200, 400, 600, 800, 1_000]).toContain(store.spans);
      expect(await importFile(dashboard, new Uint8Array(whole))).toMatchObject({
        spans: 1_000 - store.spans,
      });
    });
  },
);

test('a file with a line of gigabytes is refused without a need for that memory', async () => {
  const zeros = Buffer.alloc(1_048_576, ' ');
  const large = gzipSync(Buffer.concat(Array.from({ length: 140 }, () => zeros)));
  await withDashboard(async (dashboard) => {
    expect(await importFile(dashboard, new Uint8Array(large))).toMatchObject({
      detail: 'the file has a line above 128 MiB; choose a file that the dashboard exported',
    });
  });
});
