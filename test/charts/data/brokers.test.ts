import { describe, expect, test } from '@jest/globals';
import { stringify } from 'yaml';
import { withBroker } from '../../../charts/broker-override.ts';
import { loadEnvironment } from '../../../charts/environments.ts';
import { synthesizeShop } from '../../../charts/synthesize.ts';
import type { Broker } from '../../../mesh/policy/broker.ts';

function shopWith(broker: Broker) {
  const { manifests, ...rest } = synthesizeShop(withBroker(loadEnvironment('kind'), { broker }));
  return { ...rest, objects: manifests.map(({ object }) => object) };
}

describe.each(['kafka', 'rabbitmq'] as const)('the shop of kind with %s', (broker) => {
  const { objects, problems, secrets } = shopWith(broker);

  test('has no problems', () => {
    expect(problems).toEqual([]);
  });

  test('has the server and its policies', () => {
    const serverObjects = objects.filter(({ metadata }) =>
      [broker, `${broker}-setup`].includes(metadata.name),
    );
    expect(
      serverObjects.map((object) => stringify(object, { lineWidth: 0 })).join('---\n'),
    ).toMatchSnapshot();
  });

  test('has the same other objects, and no topics in Postgres', () => {
    const names = (of: typeof objects) => of.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    const before = names(shopWith('postgres').objects);
    const others = names(objects).filter((name) => !name.includes(` ${broker}`));
    expect(others).toEqual(before);
    expect(JSON.stringify(objects)).not.toContain('events_owner');
  });

  test('needs a password for each service that has topics', () => {
    const events = secrets.filter(({ key }) => key === 'events-password').map(({ secret }) => secret);
    expect(events.sort()).toEqual(['notification-events', 'order-events']);
  });

  test('app.json has a user and an address in the cluster', () => {
    const configs = objects.flatMap((object) => {
      const { data } = object as { readonly data?: Readonly<Record<string, string>> };
      return data?.['app.json'] ? [JSON.parse(data['app.json'])] : [];
    });
    const { events } = configs.find(({ service }) => service === 'order');
    expect(events.broker).toBe(broker);
    expect(events.user ?? events.sasl.user).toBe('order_events');
    expect(JSON.stringify(events)).toContain(`"${broker}.shop.svc.cluster.local:`);
  });
});
