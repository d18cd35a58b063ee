import type { Versions } from '../../../charts/versions.ts';
import { didYouMean } from '../../../mesh/check/rules/closest-name.ts';
import type { Version } from '../../../mesh/graph/version.ts';
import { shiftWeights } from './shift-weights.ts';

/** Requested weights, header and mirror of the versions of a service. */
export interface ShiftRequest {
  readonly service: string;
  /** Percent by version; empty to keep the weights. */
  readonly weights: Readonly<Record<string, number>>;
  /** The version that receives requests with a header; null for none. @default no change */
  readonly header?: { readonly version: string; readonly name: string; readonly value: string } | null;
  /** The version that receives mirrored requests. @default no change */
  readonly mirror?: { readonly version: string; readonly percent: number };
}

/** The command line of `npm run shift`. */
export interface ShiftWords {
  /** The service, then versions with weights: `product`, `v2=10`. */
  readonly words: readonly string[];
  /** `name:value` */
  readonly header?: string | undefined;
  readonly noHeader?: boolean | undefined;
  /** `v2=50` */
  readonly mirror?: string | undefined;
}

/**
 * Parses the command line of `npm run shift`.
 * @throws Error that names the invalid value and the valid ones
 */
export function parseShift(
  { words: [service, ...words], header, noHeader, mirror }: ShiftWords,
  versions: Versions,
): ShiftRequest {
  const current = findVersions(service, versions);
  const weights = words.map((word) => parseVersionPercent(word, word));
  const repeated = weights.find(
    ({ version }, index) => weights.findIndex((w) => w.version === version) < index,
  );
  if (repeated) throw new Error(`${repeated.version} has two weights: specify one`);
  if (weights.length === 0 && header === undefined && !noHeader && mirror === undefined)
    throw new Error(
      `no change is requested: specify a version and its weight, as in ${current.at(-1)?.name}=10`,
    );
  if (header !== undefined && noHeader)
    throw new Error('--header and --no-header are mutually exclusive; use one of them');
  const copies = mirror === undefined ? undefined : parseVersionPercent(mirror, `--mirror ${mirror}`);
  const request: ShiftRequest = {
    service: service ?? '',
    weights: Object.fromEntries(weights.map(({ version, percent }) => [version, percent])),
    ...(header !== undefined && {
      header: parseHeader(
        header,
        weights.map(({ version }) => version),
      ),
    }),
    ...(noHeader && { header: null }),
    ...(copies && { mirror: copies }),
  };
  for (const version of [...Object.keys(request.weights), ...(copies ? [copies.version] : [])])
    findVersion(version, current);
  shiftWeights(current, request.weights);
  return request;
}

/** Returns the versions as a request changes them. */
export function applyShift(versions: readonly Version[], request: ShiftRequest): readonly Version[] {
  const { weights, header, mirror } = request;
  return shiftWeights(versions, weights).map((version) => ({
    ...version,
    ...(header !== undefined && { header: undefined }),
    ...(header?.version === version.name && { header: { name: header.name, value: header.value } }),
    ...(mirror && { mirrorPercent: mirror.version === version.name ? mirror.percent : 0 }),
  })) as readonly Version[];
}

/** Returns the versions of a service. @throws Error if no service of that name has several versions */
export function findVersions(service: string | undefined, versions: Versions): readonly Version[] {
  const names = Object.keys(versions).filter((name) => (versions[name]?.length ?? 0) > 1);
  const list = service !== undefined && names.includes(service) ? versions[service] : undefined;
  if (list) return list;
  const problem = service === undefined ? 'no service is named' : `service '${service}' has no versions`;
  const choices = names.length === 0 ? 'charts/versions.json has none' : `choose one of ${names.join(', ')}`;
  throw new Error(`${problem}: ${choices}${service === undefined ? '' : didYouMean(service, names)}`);
}

/** Returns the version of the given name. @throws Error if there is none */
export function findVersion(name: string | undefined, versions: readonly Version[]): Version {
  const version = versions.find((one) => one.name === name);
  if (version) return version;
  const names = versions.map((version) => version.name);
  const problem = name === undefined ? 'no version is named' : `version '${name}' does not exist`;
  throw new Error(
    `${problem}: choose one of ${names.join(', ')}${name === undefined ? '' : didYouMean(name, names)}`,
  );
}

function parseVersionPercent(
  text: string,
  original: string,
): { readonly version: string; readonly percent: number } {
  const [, version, number] = /^([^=]+)=(\d+)$/.exec(text) ?? [];
  const percent = Number(number);
  if (version && percent <= 100) return { version, percent };
  throw new Error(`'${original}' must be VERSION=PERCENT, a whole number from 0 to 100, as in v2=10`);
}

function parseHeader(text: string, named: readonly string[]): NonNullable<ShiftRequest['header']> {
  const [, name, value] = /^([^:\s]+):\s*(\S+)$/.exec(text) ?? [];
  if (!name || !value) throw new Error(`--header '${text}' must be NAME:VALUE, as in x-canary:1`);
  const [version] = named;
  if (version === undefined || named.length > 1)
    throw new Error(`--header needs exactly one version, as in v2=10 --header ${text}`);
  return { version, name: name.toLowerCase(), value };
}
