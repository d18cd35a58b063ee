import { expect, test } from '@jest/globals';
import { SigningKeys } from '../../../../services/kit/edge/signing-keys.ts';

/** Signing keys that count fetches, with a clock that the test sets. */
function keysOnClock() {
  const clock = { now: 1_000_000, fetches: 0, down: false };
  const keys = new SigningKeys({
    now: () => clock.now,
    maxAgeMs: 60_000,
    cooldownMs: 5_000,
    fetch: async () => {
      clock.fetches += 1;
      if (clock.down) throw new Error('the user service is down');
      return { keys: [{ kty: 'OKP', kid: `key ${clock.fetches}` }] };
    },
  });
  const kid = async () => (await keys.current()).json.keys[0]?.kid;
  return { clock, keys, kid };
}

test('fetches the keys once, and again when they are too old', async () => {
  const { clock, kid } = keysOnClock();
  expect(await Promise.all([kid(), kid(), kid()])).toEqual(['key 1', 'key 1', 'key 1']);
  clock.now += 59_999;
  expect(await kid()).toBe('key 1');
  clock.now += 1;
  expect(await kid()).toBe('key 2');
});

test('keeps expired keys while the user service is unavailable', async () => {
  const { clock, kid } = keysOnClock();
  clock.down = true;
  await expect(kid()).rejects.toThrow('down');
  clock.down = false;
  expect(await kid()).toBe('key 2');
  clock.down = true;
  clock.now += 600_000;
  expect(await kid()).toBe('key 2');
});

test('fetches the keys for an unknown key, at most once per cooldown', async () => {
  const { clock, keys } = keysOnClock();
  const first = await keys.current();
  expect(await keys.newerThan(first)).toBeUndefined();
  clock.now += 5_000;
  expect((await keys.newerThan(first))?.json.keys[0]?.kid).toBe('key 2');
  expect((await keys.newerThan(first))?.json.keys[0]?.kid).toBe('key 2');
  expect(clock.fetches).toBe(2);
});
