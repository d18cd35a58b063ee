import type { ProgramOptions } from '../../process/run-program.ts';
import { applyShop } from '../cluster/apply-shop.ts';
import type { Chosen } from '../cluster/release.ts';
import type { Plan } from './plan.ts';
import { readVersions, writeVersions } from './versions-file.ts';
import { waitForRoutes } from './wait-for-routes.ts';

export interface CarriedOut {
  /** Names of objects that are not as they were. */
  readonly changed: readonly string[];
  /** Proxies that were seen to have the new routes. */
  readonly proxies: number;
}

/** How long new pods may take to come up, milliseconds. */
const PATIENCE = 180_000;

/**
 * Makes a plan real: writes the file of versions, applies the manifests, and waits until all pods run and every
 * caller's proxy has the new routes. When something fails, the file is put back.
 *
 * @param chosen what the plan was made with
 */
export async function carryOut(
  plan: Plan,
  chosen: Chosen,
  options: ProgramOptions = {},
): Promise<CarriedOut> {
  const before = readVersions().text;
  writeVersions(plan.file.text);
  try {
    const { created, changed, removed } = await applyShop(plan, chosen, { ...options, patienceMs: PATIENCE });
    const proxies = await waitForRoutes(plan, options);
    return { changed: [...created, ...changed, ...removed], proxies };
  } catch (error) {
    writeVersions(before);
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(
      `${reason}\ncharts/versions.json is as it was; the cluster may not be: run npm run kind:up, or this again`,
      { cause: error },
    );
  }
}
