import type { Versions } from '../../../charts/versions.ts';
import { didYouMean } from '../../../mesh/check/rules/closest-name.ts';
import type { Version } from '../../../mesh/graph/service.ts';
import { shiftWeights } from './shift-weights.ts';

/** How the versions of a service are to share its requests. */
export interface ShiftRequest {
  readonly service: string;
  /** Percent by version; empty where weights stay. */
  readonly weights: Readonly<Record<string, number>>;
  /** The version that requests with a header go to; null where none is to. @default as it is */
  readonly header?: { readonly version: string; readonly name: string; readonly value: string } | null;
  /** The version that gets copies. @default as it is */
  readonly mirror?: { readonly version: string; readonly percent: number };
}

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
 * What a command line asks for.
 * @throws Error that names what is wrong, and what there is
 */
export function parseShift(
  { words: [service, ...words], header, noHeader, mirror }: ShiftWords,
  versions: Versions,
): ShiftRequest {
  const known = versionsNamed(service, versions);
  const weights = words.map((word) => versionPercent(word, word));
  const repeated = weights.find(
    ({ version }, index) => weights.findIndex((w) => w.version === version) < index,
  );
  if (repeated) throw new Error(`${repeated.version} has two weights: give one`);
  if (weights.length === 0 && header === undefined && !noHeader && mirror === undefined)
    throw new Error(`nothing to change: give a version and its weight, as in ${known.at(-1)?.name}=10`);
  if (header !== undefined && noHeader) throw new Error('--header and --no-header exclude each other');
  const copies = mirror === undefined ? undefined : versionPercent(mirror, `--mirror ${mirror}`);
  const request: ShiftRequest = {
    service: service ?? '',
    weights: Object.fromEntries(weights.map(({ version, percent }) => [version, percent])),
    ...(header !== undefined && {
      header: headerOf(
        header,
        weights.map(({ version }) => version),
      ),
    }),
    ...(noHeader && { header: null }),
    ...(copies && { mirror: copies }),
  };
  for (const version of [...Object.keys(request.weights), ...(copies ? [copies.version] : [])])
    versionNamed(version, known);
  shiftWeights(known, request.weights);
  return request;
}

/** The versions as a request wants them. */
export function applyShift(versions: readonly Version[], request: ShiftRequest): readonly Version[] {
  const { weights, header, mirror } = request;
  return shiftWeights(versions, weights).map((version) => ({
    ...version,
    ...(header !== undefined && { header: undefined }),
    ...(header?.version === version.name && { header: { name: header.name, value: header.value } }),
    ...(mirror && { mirrorPercent: mirror.version === version.name ? mirror.percent : 0 }),
  })) as readonly Version[];
}

/** @throws Error when no service of that name has versions */
export function versionsNamed(service: string | undefined, versions: Versions): readonly Version[] {
  const names = Object.keys(versions).filter((name) => (versions[name]?.length ?? 0) > 1);
  const found = service !== undefined && names.includes(service) ? versions[service] : undefined;
  if (found) return found;
  const what = service === undefined ? 'no service is named' : `service '${service}' has no versions`;
  const there = names.length === 0 ? 'charts/versions.json has none' : `there is ${names.join(', ')}`;
  throw new Error(`${what}: ${there}${service === undefined ? '' : didYouMean(service, names)}`);
}

/** @throws Error when there is no version of that name */
export function versionNamed(name: string | undefined, versions: readonly Version[]): Version {
  const found = versions.find((version) => version.name === name);
  if (found) return found;
  const names = versions.map((version) => version.name);
  const what = name === undefined ? 'no version is named' : `no version '${name}'`;
  throw new Error(
    `${what}: there is ${names.join(', ')}${name === undefined ? '' : didYouMean(name, names)}`,
  );
}

function versionPercent(text: string, shown: string): { readonly version: string; readonly percent: number } {
  const [, version, number] = /^([^=]+)=(\d+)$/.exec(text) ?? [];
  const percent = Number(number);
  if (version && percent <= 100) return { version, percent };
  throw new Error(`'${shown}' must be VERSION=PERCENT, a whole number from 0 to 100, as in v2=10`);
}

function headerOf(text: string, named: readonly string[]): NonNullable<ShiftRequest['header']> {
  const [, name, value] = /^([^:\s]+):\s*(\S+)$/.exec(text) ?? [];
  if (!name || !value) throw new Error(`--header '${text}' must be NAME:VALUE, as in x-canary:1`);
  const [version] = named;
  if (version === undefined || named.length > 1)
    throw new Error(`--header is for one version: name it and no other, as in v2=10 --header ${text}`);
  return { version, name: name.toLowerCase(), value };
}
