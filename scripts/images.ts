import { App } from 'cdk8s';
import { loadEnvironment } from '../charts/environments.ts';
import { Shop } from '../charts/shop.ts';
import { buildImages } from './operate/images/build-images.ts';
import { writeSbom } from './operate/images/write-sbom.ts';
import { parseOptions } from './process/parse-options.ts';
import { runVerb } from './process/run-verb.ts';
import { listenForStopSignals } from './process/stop-signals.ts';

const SBOM = 'dist/images/sbom.cdx.json';

const { tag, json } = parseOptions(
  `npm run images -- [--tag TAG] [--json]

Builds the container image of each service, and writes the software bill of materials of their npm packages
(${SBOM}). Needs docker. Images of unchanged sources are not rebuilt.

  --tag   tag of all images            default: dev-<hash of the sources of each image>
  --json  print one line of JSON
`,
  { tag: { type: 'string' }, json: { type: 'boolean', default: false } },
);

const { signal } = listenForStopSignals();
await runVerb(main, { signal });

async function main(): Promise<void> {
  const { services } = new Shop(new App(), loadEnvironment('kind'));
  const names = services.map(({ name }) => name);
  const images = await buildImages(names, {
    ...(tag !== undefined && { tag }),
    signal,
    onProgress: (text) => process.stderr.write(`${text}\n`),
  });
  const packages = await writeSbom(images[0]?.reference ?? '', SBOM);
  if (json) process.stdout.write(`${JSON.stringify({ images, sbom: { file: SBOM, packages } })}\n`);
  else {
    for (const { reference, bytes, ownBytes, built } of images) {
      const size = `${megabytes(bytes)} MB, ${megabytes(ownBytes)} added to the base image`;
      process.stdout.write(`${reference.padEnd(40)} ${size}${built ? '' : ' (up to date)'}\n`);
    }
    process.stdout.write(`${packages} packages listed in ${SBOM}\n`);
  }
}

function megabytes(bytes: number): string {
  return (bytes / 1_000_000).toFixed(1);
}
