import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { withBroker } from '../../../charts/broker-override.ts';
import { loadEnvironment } from '../../../charts/environments.ts';
import { synthesizeShop } from '../../../charts/synthesize.ts';
import type { Broker } from '../../../mesh/policy/broker.ts';

/** Everything that a quoted string, a shell or a regular expression might take for its own. */
const AWKWARD = `a"b\\c$HOME\`id\`$(id)'&/|END`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'weft-start-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs the start script of a broker as its container would, up to what the image starts. */
function written(broker: Broker, file: string, starts: string): string {
  const { manifests } = synthesizeShop(withBroker(loadEnvironment('kind'), { broker }));
  const found = manifests.find(({ object }) => object.metadata.name === `${broker}-setup`)?.object;
  const { data } = found as unknown as { readonly data: Readonly<Record<string, string>> };
  const script = (data['start.sh'] ?? '')
    .replaceAll('/etc/weft/passwords', folder)
    .replaceAll('/run/weft', folder)
    .replace(/^exec .*$/m, 'echo "$0 starts"');
  expect(data['start.sh']).toContain(`\nexec ${starts}\n`);
  for (const secret of ['order-events', 'notification-events']) {
    mkdirSync(join(folder, secret));
    writeFileSync(join(folder, secret, 'events-password'), secret === 'order-events' ? AWKWARD : 'plain');
  }
  writeFileSync(join(folder, 'start.sh'), script);
  const { stdout, stderr } = spawnSync('bash', [join(folder, 'start.sh')], { encoding: 'utf8' });
  expect({ stdout, stderr }).toEqual({ stdout: expect.stringContaining('starts'), stderr: '' });
  // Nobody else may read it.
  expect(statSync(join(folder, file)).mode & 0o077).toBe(0);
  return readFileSync(join(folder, file), 'utf8');
}

test('RabbitMQ is given users with their passwords, whatever is in them, and rights to what is theirs', () => {
  const { users, permissions } = JSON.parse(
    written('rabbitmq', 'definitions.json', 'docker-entrypoint.sh rabbitmq-server'),
  );
  expect(users).toEqual([
    { name: 'order_events', password: AWKWARD, tags: '' },
    { name: 'notification_events', password: 'plain', tags: '' },
  ]);
  const [order, notification] = permissions;
  const may = (right: string, name: string) => new RegExp(right).test(name);
  for (const { configure } of [order, notification]) {
    expect(may(configure, 'orders')).toBe(true);
    expect(may(configure, 'orders.notification')).toBe(true);
    expect(may(configure, 'orders.notification.dead')).toBe(false);
    expect(may(configure, 'ordersXnotification')).toBe(false);
    expect(may(configure, 'orders.other')).toBe(false);
  }
  expect(may(order.write, 'orders')).toBe(true);
  expect(may(notification.write, 'orders')).toBe(false);
  expect(may(order.write, 'amq.default')).toBe(false);
  expect(may(notification.read, 'orders.notification')).toBe(true);
});

test('Kafka is given users with their passwords', () => {
  const jaas = written('kafka', 'jaas.conf', '/etc/kafka/docker/run');
  expect(jaas).toContain(`  user_order_events="${AWKWARD.replaceAll(/["\\]/g, '\\$&')}"\n`);
  expect(jaas).toContain('  user_notification_events="plain";\n');
});
