import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parseReport, readReport } from '../../../../scripts/lab/contrast/read-report.ts';
import { sampleReport } from './sample-report.ts';

describe('a written report', () => {
  test('is equal after it is read back', () => {
    const report = { ...sampleReport(), unsupportedFields: { proxyless: ['outlierDetection'] } };
    expect(parseReport('a.json', JSON.stringify(report))).toEqual(report);
  });

  test('has NaN for values that were not measured, such as a p99 without requests', () => {
    const { scenarios } = sampleReport();
    const text = JSON.stringify(sampleReport(), (key, value) =>
      ['p99', 'p99Ms'].includes(key) ? Number.NaN : value,
    );
    const read = parseReport('a.json', text);
    expect(read.scenarios).toHaveLength(scenarios.length);
    expect(read.scenarios[0]?.runs[0]?.latencyMs.p99).toBeNaN();
  });
});

describe('an invalid report is rejected with its path and the command that creates it', () => {
  test('a missing file', async () => {
    const path = join(import.meta.dirname, 'nowhere.json');
    await expect(readReport(path)).rejects.toThrow(`${path} does not exist; create it with npm run contrast`);
  });

  test.each([
    ['{', /^a\.json is not JSON; recreate it with npm run contrast$/],
    ['[]', /^a\.json is not a report: .*create one with npm run contrast$/],
    [
      JSON.stringify({ ...sampleReport(), layers: ['messh'] }),
      /^a\.json is not a report: layers\.0: .*create one with npm run contrast$/,
    ],
  ])('%.20s', (text, message) => {
    expect(() => parseReport('a.json', text)).toThrow(message);
  });
});
