import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { kubectl, NAMESPACE } from '../../scripts/operate/cluster/kubectl.ts';
import { listShopPods } from '../../scripts/operate/cluster/pod-report.ts';
import { runProgram } from '../../scripts/process/run-program.ts';
import { ROOT } from '../../scripts/process/run-tool.ts';

interface ImagesOutput {
  readonly images: readonly {
    readonly service: string;
    readonly reference: string;
    readonly ownBytes: number;
    readonly built: boolean;
  }[];
  readonly sbom: { readonly file: string };
}

/** Returns the running image of each service. */
async function runningImages(): Promise<ReadonlyMap<string, string>> {
  const pods = await listShopPods();
  const services = pods.filter(
    ({ metadata }) => metadata.labels?.['app.kubernetes.io/managed-by'] === 'weft',
  );
  return new Map(
    services.map(({ metadata, spec }) => [metadata.labels?.app ?? '', spec.containers[0]?.image ?? '']),
  );
}

describe('images', () => {
  test('run in the cluster and are small', async () => {
    const output = await runProgram(process.execPath, ['scripts/images.ts', '--json'], { cwd: ROOT });
    const { images } = JSON.parse(output) as ImagesOutput;
    const pods = await runningImages();
    expect(images.map(({ service }) => service).toSorted()).toEqual([...pods.keys()].toSorted());
    for (const { service, reference, ownBytes, built } of images) {
      expect(pods.get(service)).toBe(reference);
      expect(built).toBe(false);
      expect(ownBytes).toBeGreaterThan(1e6);
      expect(ownBytes).toBeLessThan(45e6);
    }
  });

  test('have labels and run as a non-root user', async () => {
    for (const [service, reference] of await runningImages()) {
      const [image] = JSON.parse(await runProgram('docker', ['image', 'inspect', reference]));
      const { User, Entrypoint, Labels } = image.Config;
      expect({ User, Entrypoint }).toEqual({ User: '65532:65532', Entrypoint: ['node'] });
      expect(Labels).toMatchObject({
        'org.opencontainers.image.title': `weft ${service}`,
        'org.opencontainers.image.licenses': 'Apache-2.0',
        'org.opencontainers.image.version': expect.stringMatching(/^\d+\.\d+\.\d+$/),
        'org.opencontainers.image.revision': expect.stringMatching(/^([0-9a-f]{40}|unknown)$/),
      });
    }
  });

  test('contain exactly the packages of the bill of materials', async () => {
    const { components } = JSON.parse(await readFile(join(ROOT, 'dist/images/sbom.cdx.json'), 'utf8')) as {
      components: readonly { name: string; version: string }[];
    };
    const script = `
      const { readdirSync, readFileSync } = require('node:fs');
      const found = readdirSync('node_modules', { recursive: true })
        .filter((path) => /(^|node_modules\\/)(@[^/]+\\/)?[^/@.][^/]*\\/package.json$/.test(path))
        .map((path) => JSON.parse(readFileSync('node_modules/' + path, 'utf8')))
        .filter(({ name, version }) => name && version)
        .map(({ name, version }) => name + '@' + version);
      console.log(JSON.stringify(found));`;
    const exec = ['exec', 'deployment/order-v1', `--namespace=${NAMESPACE}`, '--container=order'];
    const installed = JSON.parse(await kubectl([...exec, '--', 'node', '-e', script])) as readonly string[];
    const listed = components.map(({ name, version }) => `${name}@${version}`);
    expect([...new Set(installed)].toSorted()).toEqual([...new Set(listed)].toSorted());
  });

  test('let a process write only to its /tmp', async () => {
    const script = `
      const { writeFileSync } = require('node:fs');
      for (const path of ['/app/x', '/var/cache/node/x', '/etc/x', '/tmp/x'])
        try { writeFileSync(path, ''); console.log(path, 'written'); } catch (error) { console.log(path, error.code); }`;
    const exec = ['exec', 'deployment/order-v1', `--namespace=${NAMESPACE}`, '--container=order'];
    expect((await kubectl([...exec, '--', 'node', '-e', script])).trim().split('\n')).toEqual([
      '/app/x EROFS',
      '/var/cache/node/x EROFS',
      expect.stringMatching(/^\/etc\/x (EROFS|EACCES)$/),
      '/tmp/x written',
    ]);
  });
});
