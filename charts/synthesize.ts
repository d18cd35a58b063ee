import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { App } from 'cdk8s';
import { checkGraph } from '../mesh/check/check-graph.ts';
import { checkManifests } from '../mesh/check/check-manifests.ts';
import { formatProblems } from '../mesh/check/format-problems.ts';
import { compile } from '../mesh/compile/compile.ts';
import { mermaid } from '../mesh/compile/diagram/mermaid.ts';
import { svg } from '../mesh/compile/diagram/svg.ts';
import { declaredGraph } from '../mesh/compile/graph/declared-graph.ts';
import { istioInstallSpec } from '../mesh/compile/istio/install.ts';
import { imageOf } from '../mesh/compile/kubernetes/deployment.ts';
import { tlsFiles } from '../mesh/compile/kubernetes/tls-volume.ts';
import { secretFiles } from '../mesh/compile/kubernetes/volumes.ts';
import { policyReport } from '../mesh/compile/policy-report.ts';
import type { Environment } from '../mesh/graph/environment.ts';
import type { Platform } from '../mesh/graph/platform.ts';
import type { SecretKey } from '../mesh/graph/secret-key.ts';
import type { CertificateAuthority } from '../mesh/graph/tls.ts';
import type { PolicyDifference } from '../mesh/policy/differences/policy-differences.ts';
import type { Problem } from '../mesh/policy/problem.ts';
import type { Manifest } from '../mesh/render/manifest.ts';
import { resolveManifests } from '../mesh/render/resolve-manifests.ts';
import { writeManifests } from '../mesh/render/write-manifests.ts';
import { YamlWriter } from '../mesh/render/yaml.ts';
import { failureOf } from '../mesh/report/failure.ts';
import { reportFailure } from '../mesh/report/report-failure.ts';
import { type Arguments, parseArguments, USAGE } from './arguments.ts';
import { withBroker } from './broker-override.ts';
import { addDataServers } from './data/data-servers.ts';
import { loadEnvironment, type ShopEnvironment } from './environments.ts';
import { addObservability } from './observability/add-observability.ts';
import type { ObservabilityFiles } from './observability/files.ts';
import { withObservability } from './observability-override.ts';
import { Shop } from './shop.ts';
import { writeGateways } from './write-gateways.ts';

export interface Synthesis {
  readonly shop: Shop;
  readonly manifests: readonly Manifest[];
  /** Secrets that the pods need and that are not part of the manifests. */
  readonly secrets: readonly SecretKey[];
  /** Certificates and keys for servers outside of the cluster, which are not part of the manifests either. */
  readonly certificates: readonly CertificateAuthority[];
  readonly problems: readonly Problem[];
  /** Approximate fields that their policies accept. */
  readonly accepted: readonly PolicyDifference[];
}

/**
 * Builds the shop for an environment and checks it. A graph with problems is not compiled to manifests.
 * @param files `observabilityFiles`, if the environment includes the observability stack. Passed in, because the
 *   library that writes dashboards takes longer to load than the synthesis takes
 * @throws Error if `files` is missing
 */
export function synthesizeShop(
  environment: ShopEnvironment,
  files?: (platform: Platform) => ObservabilityFiles,
): Synthesis {
  const app = new App();
  const shop = new Shop(app, environment);
  const { problems: differences, accepted } = policyReport(shop);
  const problems = [...checkGraph(shop), ...differences];
  if (problems.length > 0) return { shop, manifests: [], secrets: [], certificates: [], problems, accepted };
  compile(shop);
  const allSecrets = [...shop.services.flatMap(secretFiles), ...addDataServers(shop, environment.storageGiB)];
  if (environment.includesObservability && environment.observability) {
    if (!files) throw new Error('the environment includes the observability stack; pass observabilityFiles');
    addObservability(app, shop, environment.observability, files(shop));
  }
  const secrets = [
    ...new Map(allSecrets.map((secret) => [`${secret.secret}/${secret.key}`, secret])).values(),
  ];
  const sources = shop.services.flatMap(tlsFiles).map(({ source }) => source);
  const certificates = [...new Map(sources.map((source) => [JSON.stringify(source), source])).values()];
  const manifests = resolveManifests(app);
  const manifestProblems = checkManifests(manifests, { outside: [...secrets, ...certificates] });
  return { shop, manifests, secrets, certificates, problems: manifestProblems, accepted };
}

/**
 * Runs the command `synth`: writes manifests and diagrams, or reports all problems and writes nothing.
 * @returns the exit code
 */
export async function synthesize(words: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  try {
    const options = parseArguments(words, env);
    if (options.help) {
      process.stdout.write(USAGE);
      return 0;
    }
    const base = loadEnvironment(options.environment);
    const tagged = { ...base, imageTagOverrides: options.tags };
    const observed = options.observability ? withObservability(tagged, options.observability) : tagged;
    const environment = options.broker ? withBroker(observed, options.broker) : observed;
    const files = options.observability
      ? (await import('./observability/files.ts')).observabilityFiles
      : undefined;
    return write(synthesizeShop(environment, files), options);
  } catch (error) {
    reportFailure(failureOf(error));
    return 1;
  }
}

function write(synthesis: Synthesis, options: Arguments): number {
  const { shop, manifests, secrets, certificates, problems, accepted } = synthesis;
  const { environment, outdir } = options;
  if (problems.length > 0) {
    if (options.json) print({ environment, problems });
    process.stderr.write(formatProblems(problems));
    return 1;
  }
  const files = writeManifests(manifests, outdir);
  writeFileSync(path.join(outdir, 'graph.mmd'), mermaid(shop));
  writeFileSync(path.join(outdir, 'graph.svg'), svg(shop));
  writeFileSync(path.join(outdir, 'graph.json'), `${JSON.stringify(declaredGraph(shop), undefined, 2)}\n`);
  writeIstioInstall(shop.environment, path.join(outdir, 'istio'));
  writeGateways(shop, path.join(outdir, 'gateways'));
  if (options.json) {
    const images = shop.services.flatMap((service) =>
      service.versions.map((version) => ({
        service: service.name,
        version: version.name,
        image: imageOf(service, version),
      })),
    );
    const needed = { secrets, certificates };
    print({ environment, outdir, objects: manifests.length, ...files, accepted, images, ...needed });
    return 0;
  }
  for (const { path, layer, field, difference } of accepted) {
    process.stdout.write(
      `${path}: layer '${layer}' implements ${field} approximately: ${difference.reason}\n`,
    );
  }
  process.stdout.write(`${environment}: ${manifests.length} objects in ${outdir}\n`);
  return 0;
}

/** Writes the file for `istioctl install -f` to its own folder, because kubectl must not apply it. */
function writeIstioInstall(environment: Environment, folder: string): void {
  const file = path.join(folder, 'install.yaml');
  rmSync(file, { force: true });
  if (!environment.hasIstio) return;
  const operator = {
    apiVersion: 'install.istio.io/v1alpha1',
    kind: 'IstioOperator',
    spec: istioInstallSpec(environment),
  };
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, new YamlWriter().stringify([operator]));
}

function print(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}
