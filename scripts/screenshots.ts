import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { captureViews } from './lab/screenshots/capture.ts';
import { captureStorefront } from './lab/screenshots/capture-storefront.ts';
import { DEMO_SETTINGS, sendDemoTraffic } from './lab/screenshots/demo-traffic.ts';
import { withLocalTestbed } from './lab/testbed/local-testbed.ts';
import { synthesize } from './operate/local/synthesize.ts';
import { parseWholeNumber } from './process/option-values.ts';
import { parseOptions } from './process/parse-options.ts';
import { ROOT } from './process/run-tool.ts';
import { runVerb } from './process/run-verb.ts';
import { listenForStopSignals } from './process/stop-signals.ts';

const HELP = `npm run screenshots -- [options]

Takes the screenshots of docs/live-page.md and docs/storefront.md: runs the shop with a slow and a failing service, sends
orders, and opens the pages in Chromium.

  --all        take every view, in light and dark colors and in the width of a phone
  --seconds N  duration of the load before the screenshots; default: 60
  --out DIR    folder of the images; default: docs/images
  --json       print the paths of the images as one line of JSON
  --help       print this help

CHROMIUM is the path of the browser; default: /usr/bin/chromium.
`;

const values = parseOptions(HELP, {
  all: { type: 'boolean', default: false },
  seconds: { type: 'string', default: '60' },
  out: { type: 'string', default: join(ROOT, 'docs/images') },
  json: { type: 'boolean', default: false },
});
const stop = listenForStopSignals();

await runVerb(main, { signal: stop.signal });

async function main(): Promise<void> {
  const seconds = parseWholeNumber('seconds', values.seconds, 1, 3_600);
  const folder = await mkdtemp(join(tmpdir(), 'weft-screenshots-'));
  try {
    const files = await withLocalTestbed(
      {
        data: join(folder, 'data'),
        logPath: join(folder, 'shop.log'),
        reset: false,
        hasDashboard: true,
        synthesize: (manifests) => synthesize(ROOT, manifests),
        settings: DEMO_SETTINGS,
        signal: stop.signal,
      },
      stop.onSecond,
      async (testbed) => {
        const { dashboard, edgeUrls } = testbed.run;
        const storefront = edgeUrls.get('web');
        if (!dashboard || !storefront) throw new Error('the run has no dashboard or no storefront');
        process.stderr.write(`sending orders for ${seconds} s\n`);
        await sendDemoTraffic(testbed, seconds);
        process.stderr.write('taking screenshots\n');
        return [
          ...(await captureStorefront(storefront, values.out, values.all)),
          ...(await captureViews(dashboard, values.out, values.all)),
        ];
      },
    );
    process.stdout.write(values.json ? `${JSON.stringify({ files })}\n` : `${files.join('\n')}\n`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
