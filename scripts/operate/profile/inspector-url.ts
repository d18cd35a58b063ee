import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { readJson } from '../../../mesh/run/process/read-json.ts';

const TARGETS = z.array(z.object({ webSocketDebuggerUrl: z.string() })).min(1);

/** Time for a process to open its inspector. A busy event loop delays it. */
const OPEN_TIMEOUT_MS = 10_000;
const INTERVAL_MS = 100;

/**
 * Waits until one of the ports of 127.0.0.1 is an inspector, and returns the URL of its socket.
 *
 * @param subject name of the process, for messages
 * @param listPorts returns the ports to try
 * @throws Error if there is no inspector in time; the errors of `listPorts`; the reason of `signal`
 */
export async function findInspectorUrl(
  subject: string,
  listPorts: () => Promise<readonly number[]>,
  signal: AbortSignal,
): Promise<string> {
  const end = performance.now() + OPEN_TIMEOUT_MS;
  for (;;) {
    signal.throwIfAborted();
    const urls = await Promise.all((await listPorts()).map(readInspectorUrl));
    const url = urls.find((one) => one !== undefined);
    if (url !== undefined) return url;
    if (performance.now() > end)
      throw new Error(
        `${subject} did not open its inspector within ${OPEN_TIMEOUT_MS / 1_000} s; see its log for the reason, such as an address in use`,
      );
    await delay(INTERVAL_MS);
  }
}

/** Returns the URL of the inspector's socket at a port; undefined if something else listens there, or nothing. */
export async function readInspectorUrl(port: number): Promise<string | undefined> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/json/list`, {
      signal: AbortSignal.timeout(1_000),
    });
    const [target] = readJson(TARGETS, await response.text(), { name: `port ${port}` });
    // The inspector of a pod names its own port, which is forwarded to another one.
    const url = new URL(target?.webSocketDebuggerUrl ?? '');
    url.port = String(port);
    return url.href;
  } catch {
    return undefined;
  }
}
