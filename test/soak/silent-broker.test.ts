import { expect, test } from '@jest/globals';
import { freePort } from '../../scripts/lab/brokers/broker-container.ts';
import { Link } from '../../scripts/lab/chaos/local/link.ts';
import { createEvents } from '../../services/kit/events/create-events.ts';
import { openBroker } from '../../services/kit/service/open-broker.ts';
import { openKafkaRig } from '../containers/kafka-rig.ts';
import { openRabbitmqRig } from '../containers/rabbitmq-rig.ts';
import { knownAddress } from '../services/kit/events/probes/known-address.ts';
import { Stage } from '../services/kit/events/probes/stage.ts';
import { recordedLog } from '../services/kit/recorded-log.ts';
import { eventually } from '../until.ts';

/** The limit of 15 s, plus 5 s for a busy machine. */
const RECOVERY_TIMEOUT_MS = 20_000;

async function openRig(kind: string, port: number, link: Link) {
  // Clients connect to the address that Kafka advertises.
  const variables = { KAFKA_ADVERTISED_LISTENERS: `CLIENT://${link.address}` };
  const rig = await (kind === 'kafka' ? openKafkaRig({ port, variables }) : openRabbitmqRig({ port }));
  const events: typeof rig.events = (topic, groups) => {
    const config = rig.events(topic, groups);
    if (config.broker === 'kafka') return { ...config, addresses: [link.address] };
    return config.broker === 'rabbitmq' ? { ...config, address: link.address } : config;
  };
  return { ...rig, events };
}

test.each(['kafka', 'rabbitmq'])(
  '%s delivers events again within 15 s after open connections fall silent',
  async (kind) => {
    const port = await freePort();
    const link = await Link.open(`127.0.0.1:${port}`);
    const rig = await openRig(kind, port, link);
    const stage = new Stage(rig);
    try {
      const { log } = recordedLog();
      const broker = await openBroker({
        events: stage.config,
        secret: () => rig.password,
        service: 'order',
        discovery: knownAddress,
        log,
        timeouts: { startTimeoutMs: 300_000 },
      });
      stage.onClose(() => broker.close());
      const store = await stage.store();
      const events = createEvents(stage.config, broker, log);
      stage.run(events.outbox.relay(store));
      stage.consume(events, store);
      const publish = (n: number) => events.outbox.append(store, stage.event(n));
      const isApplied = async (n: number) => (await stage.effects(store)).includes(n);
      await publish(0);
      await stage.until(() => isApplied(0));
      for (const n of [1, 2]) {
        const reset = link.silence();
        await publish(n);
        await eventually(() => isApplied(n), RECOVERY_TIMEOUT_MS);
        reset();
      }
      expect(await stage.effects(store)).toEqual([0, 1, 2]);
    } finally {
      await stage.close();
      link.close();
      await rig.close();
    }
  },
);
