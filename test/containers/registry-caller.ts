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
  // No retries: every call that meets nobody is seen.
  policy: { timeout: '10s', layer: 'app' },
} as const;
/** Between two calls, in milliseconds. */
const PACE_MS = 10;

/** A process that finds `notification` where `text` (WEFT_DISCOVERY) says, and calls it all the time. */
export function registryCaller(text: string) {
  const { log, lines } = recordedLog();
  const setting = DISCOVERY_SETTING.parse(text);
  const discovery = openDiscovery(setting, { balanced: new Set([ADDRESS]), variables: {}, log });
  let known: readonly Endpoint[] = [];
  const told: (readonly Endpoint[] | Error)[] = [];
  discovery.watch(ADDRESS, {
    onEndpoints: (endpoints) => {
      known = endpoints;
      told.push(endpoints);
    },
    onError: (error) => told.push(error),
  });
  const { client, close } = createClient(NotificationServiceDefinition, CALL, {
    caller: 'gateway',
    discovery,
  });

  /** Calls until `stop` aborts; answers who answered how often, and what failed. */
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
      await delay(PACE_MS);
    }
    return { answers, failures };
  }
  return {
    load,
    told,
    /** Addresses that it knows, each with its version. */
    known: () => known.map(({ host, port, version }) => `${host}:${port} ${version}`).toSorted(),
    said: (message: string) => lines.filter((line) => line.message === message),
    close() {
      close();
      discovery.close();
    },
  };
}
