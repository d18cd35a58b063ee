import { parseAddress } from '../../../../services/kit/config/address.ts';
import { kitCaller } from './kit-caller.ts';
import type { OpenCaller } from './layer.ts';

/** Opens a caller with the kit's in-app layer. */
export const app: OpenCaller = (policy, addresses, versions) => {
  const versionOf =
    versions?.flatMap(({ name, callees }) => Array.from({ length: callees }, () => name)) ?? [];
  const endpoints = addresses.map((address, index) => {
    const version = versionOf[index];
    return { ...parseAddress(address), ...(version !== undefined && { version }) };
  });
  const callVersions = versions && { versions: versions.map(({ callees: _, ...version }) => version) };
  return kitCaller({ policy, ...callVersions }, endpoints);
};
