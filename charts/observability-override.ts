import type { ShopEnvironment } from './environments.ts';
import { COLLECTOR, PROMETHEUS } from './observability/names.ts';
import { OBSERVABILITY_PARTS, type ObservabilityPart, partsOf } from './observability/settings.ts';

/** Options of a command that add the observability stack. */
export interface ObservabilityOptions {
  /** Parts that are left out, in addition to those that the environment leaves out. */
  readonly without: readonly ObservabilityPart[];
}

/**
 * Parses the options `--observability` and `--without`.
 * @throws Error if a part is unknown, or `--without` is used without `--observability`
 */
export function parseObservability(
  isIncluded: boolean,
  without: readonly string[],
): ObservabilityOptions | undefined {
  const parts = without.map(parsePart);
  if (isIncluded) return { without: parts };
  if (parts.length > 0) throw new Error(`--without '${parts[0]}' needs --observability`);
  return undefined;
}

function parsePart(text: string): ObservabilityPart {
  const part = OBSERVABILITY_PARTS.find((name) => name === text);
  if (part) return part;
  throw new Error(`--without '${text}' is unknown: use one of ${OBSERVABILITY_PARTS.join(', ')}`);
}

/**
 * Returns the environment with its observability stack in the manifests. Only the parts that are included may scrape the
 * shop and receive its telemetry.
 * @throws Error if the environment declares no stack, or a part needs another one that is left out
 */
export function withObservability(
  environment: ShopEnvironment,
  { without }: ObservabilityOptions,
): ShopEnvironment {
  const { name, observability, monitoring: _monitoring, ...others } = environment;
  if (!observability)
    throw new Error(
      `environment '${name}' declares no observability stack; set observability in charts/environments.ts`,
    );
  const settings = { ...observability, ...Object.fromEntries(without.map((part) => [part, false])) };
  const parts = partsOf(settings);
  return {
    ...others,
    name,
    observability: settings,
    includesObservability: true,
    ...(parts.has('prometheus') && { monitoring: PROMETHEUS }),
    telemetry: parts.has('collector') ? [COLLECTOR] : [],
  };
}
