import { setTimeout as delay } from 'node:timers/promises';
import { createClient } from '../../services/kit/client/create-client.ts';
import { DISCOVERY_SETTING } from '../../services/kit/config/discovery-setting.ts';
import type { Endpoint } from '../../services/kit/discovery/discovery.ts';
import { openDiscovery } from '../../services/kit/service/open-discovery.ts';
import { NotificationServiceDefinition } from '../../services/proto/gen/weft/notification/v1/notification.ts';
import { recordedLog } from '../services/kit/recorded-log.ts';

const ADDRESS = 'notification.shop.svc.cluster.local:50051';
const CALL = {
  callee: 'notification',
  address: ADDRESS,
  service: NotificationServiceDefinition.fullName,
  methods: ['/weft.notification.v1.NotificationService/ListNotifications'],
  // No retries, so that every call to a missing endpoint fails.
  policy: { timeout: '10s', layer: 'app' },
} as const;
const CALL_INTERVAL_MS = 10;

/**
 * Returns a client of the service `notification` that discovers endpoints as a process does.
 * @param discoveryText value of the setting WEFT_DISCOVERY
 */
export function startCaller(discoveryText: string) {
  const { log, lines } = recordedLog();
  const setting = DISCOVERY_SETTING.parse(discoveryText);
  const discovery = openDiscovery(setting, { balanced: new Set([ADDRESS]), variables: {}, log });
  let endpoints: readonly Endpoint[] = [];
  const updates: (readonly Endpoint[] | Error)[] = [];
  discovery.watch(ADDRESS, {
    onEndpoints: (latest) => {
      endpoints = latest;
      updates.push(latest);
    },
    onError: (error) => updates.push(error),
  });
  const { client, close } = createClient(NotificationServiceDefinition, CALL, {
    caller: 'gateway',
    discovery,
  });

  /** Sends calls until `stop` aborts. @returns the number of answers by process id, and the failures */
  async function load(stop: AbortSignal) {
    const answers = new Map<string, number>();
    const failures: string[] = [];
    while (!stop.aborted) {
      try {
        const { nextCursor: pid } = await client.listNotifications({ customerId: 'x', limit: 0, cursor: '' });
        answers.set(pid, (answers.get(pid) ?? 0) + 1);
      } catch (error) {
        failures.push(String(error));
      }
      await delay(CALL_INTERVAL_MS);
    }
    return { answers, failures };
  }
  return {
    load,
    /** All endpoint lists and errors that the watcher received. */
    updates,
    /** Returns the current endpoints as `host:port version`. */
    endpoints: () => endpoints.map(({ host, port, version }) => `${host}:${port} ${version}`).toSorted(),
    /** Returns the log lines with this message. */
    linesWith: (message: string) => lines.filter((line) => line.message === message),
    close() {
      close();
      discovery.close();
    },
  };
}
