import type {} from './global-setup.ts';

/** Stops what the tests shared. */
export default async function tearDown(): Promise<void> {
  const shared = globalThis.weftTests;
  if (!shared) return;
  shared.hub.closeAllConnections();
  await new Promise((resolve) => shared.hub.close(resolve));
  await (await shared.postgres?.catch(() => undefined))?.stop();
}
