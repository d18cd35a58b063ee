import type { ProgramOptions } from '../../process/run-program.ts';
import { applyShop } from '../cluster/apply-shop.ts';
import type { ReleaseOptions } from '../cluster/release.ts';
import type { RolloutPlan } from './plan.ts';
import { readVersions, writeVersions } from './versions-file.ts';
import { waitForRoutes } from './wait-for-routes.ts';

export interface RolloutResult {
  /** Names of objects that were created, changed or removed. */
  readonly changed: readonly string[];
  /** Number of proxies that have the new routes. */
  readonly proxies: number;
}

/** Timeout of new pods. */
const ROLLOUT_TIMEOUT_MS = 180_000;

/**
 * Executes a plan: writes the file of versions, applies the manifests, and waits until all pods run and the proxy of
 * every caller has the new routes. An error restores the file.
 *
 * @param release options that the plan was made with
 */
export async function executePlan(
  plan: RolloutPlan,
  release: ReleaseOptions,
  options: ProgramOptions = {},
): Promise<RolloutResult> {
  const before = readVersions().text;
  writeVersions(plan.file.text);
  try {
    const { created, changed, removed } = await applyShop(plan, release, {
      ...options,
      rolloutTimeoutMs: ROLLOUT_TIMEOUT_MS,
    });
    const proxies = await waitForRoutes(plan, options);
    return { changed: [...created, ...changed, ...removed], proxies };
  } catch (error) {
    writeVersions(before);
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(
      `${reason}\ncharts/versions.json was restored; the cluster may have changed: run npm run kind:up, or this command again`,
      { cause: error },
    );
  }
}
