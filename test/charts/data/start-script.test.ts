import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { withBroker } from '../../../charts/broker-override.ts';
import { loadEnvironment } from '../../../charts/environments.ts';
import { synthesizeShop } from '../../../charts/synthesize.ts';
import type { Broker } from '../../../mesh/policy/broker.ts';

/** A password with characters that are special in quoted strings, in a shell and in regular expressions. */
const AWKWARD_PASSWORD = `a"b\\c$HOME\`id\`$(id)'&/|END`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'weft-start-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs the start script of a broker without starting the server. Returns the content of the file that it writes. */
function runStartScript(broker: Broker, file: string, starts: string): string {
  const { manifests } = synthesizeShop(withBroker(loadEnvironment('kind'), { broker }));
  const configMap = manifests.find(({ object }) => object.metadata.name === `${broker}-setup`)?.object;
  const { data } = configMap as unknown as { readonly data: Readonly<Record<string, string>> };
  const script = (data['start.sh'] ?? '')
    .replaceAll('/etc/weft/passwords', folder)
    .replaceAll('/run/weft', folder)
    .replace(/^exec .*$/m, 'echo "$0 starts"');
  expect(data['start.sh']).toContain(`\nexec ${starts}\n`);
  for (const secret of ['order-events', 'notification-events']) {
    mkdirSync(join(folder, secret));
    writeFileSync(
      join(folder, secret, 'events-password'),
      secret === 'order-events' ? AWKWARD_PASSWORD : 'plain',
    );
  }
  writeFileSync(join(folder, 'start.sh'), script);
  const { stdout, stderr } = spawnSync('bash', [join(folder, 'start.sh')], { encoding: 'utf8' });
  expect({ stdout, stderr }).toEqual({ stdout: expect.stringContaining('starts'), stderr: '' });
  // The file is readable only by its owner.
  expect(statSync(join(folder, file)).mode & 0o077).toBe(0);
  return readFileSync(join(folder, file), 'utf8');
}

test('the definitions of RabbitMQ have users with escaped passwords, and permissions for their own topics', () => {
  const { users, permissions } = JSON.parse(
    runStartScript('rabbitmq', 'definitions.json', 'docker-entrypoint.sh rabbitmq-server'),
  );
  expect(users).toEqual([
    { name: 'order_events', password: AWKWARD_PASSWORD, tags: '' },
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

test('the JAAS file of Kafka has users with escaped passwords', () => {
  const jaas = runStartScript('kafka', 'jaas.conf', '/etc/kafka/docker/run');
  expect(jaas).toContain(`  user_order_events="${AWKWARD_PASSWORD.replaceAll(/["\\]/g, '\\$&')}"\n`);
  expect(jaas).toContain('  user_notification_events="plain";\n');
});
