import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Broker } from '../../../../../mesh/policy/broker.ts';
import { GUARANTEES, type GuaranteeName } from '../../../../../services/kit/events/guarantees.ts';
import { consumerSlow, killedOnce, killerSetAside, membersShare, membersUndisturbed } from './members.ts';
import type { Probe } from './probe.ts';
import { orderKey, publishedAway, publishedKept, publishedSilent, repeatHarmless } from './publishing.ts';
import { failureOthers, failureSetAside, groupNew, unreadableSetAside } from './receiving.ts';
import type { Rig } from './rig.ts';
import { Stage } from './stage.ts';
import { traceContinued } from './tracing.ts';

const PROBES: Readonly<Record<GuaranteeName, Probe>> = {
  'publish.durable': publishedKept,
  'publish.broker-down': publishedAway,
  'publish.broker-unresponsive': publishedSilent,
  'duplicate.ignored': repeatHarmless,
  'order.per-key': orderKey,
  'failure.dead-letter': failureSetAside,
  'failure.isolation': failureOthers,
  'unreadable.dead-letter': unreadableSetAside,
  'crash.exactly-once': killedOnce,
  'poison.dead-letter': killerSetAside,
  'trace.continued': traceContinued,
  'group.parallel': membersShare,
  'group.rebalance': membersUndisturbed,
  'group.from-beginning': groupNew,
  'consumer.backpressure': consumerSlow,
};

/** Only so that a test which hangs ends, in milliseconds: a broker in a container starts twice in some. */
const LIMIT = 600_000;

/** Holds the table of guarantees against a real broker: each cell says what a probe sees. */
export function tryGuarantees(kind: Broker, openRig: () => Promise<Rig>): void {
  describe(`${kind} has the documented support for`, () => {
    let rig: Rig;
    let failure: unknown;
    beforeAll(async () => {
      const opened = await openRig();
      const start = async () => {
        await opened.start().catch((error: unknown) => {
          failure = error;
          throw error;
        });
      };
      rig = { ...opened, start };
    }, LIMIT);
    // Without a broker, each of the remaining probes would wait until its timeout.
    beforeEach(() => {
      if (failure) throw new Error('the broker did not start again', { cause: failure });
    });
    afterAll(() => rig?.close());

    const names = Object.keys(PROBES) as GuaranteeName[];
    test.each(names)(
      '%s',
      async (name) => {
        const stage = new Stage(rig);
        try {
          const support = await PROBES[name](stage);
          expect(`${name}: ${support}`).toBe(`${name}: ${GUARANTEES[name].brokers[kind].support}`);
        } finally {
          await stage.close();
        }
      },
      LIMIT,
    );
  });
}
