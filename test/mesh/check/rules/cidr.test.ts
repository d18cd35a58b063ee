import { expect, test } from '@jest/globals';
import { cidrProblem } from '../../../../mesh/check/rules/cidr.ts';

test.each([
  '10.20.0.0/24',
  '10.20.0.7/32',
  '0.0.0.0/0',
  '172.16.0.0/12',
  '128.0.0.0/1',
  'fd00:20::/64',
  'fe80::/10',
  '::/0',
  '2001:db8::1/128',
  '1:2:3:4:5:6:7:0/127',
])('accepts the network %s', (text) => {
  expect(cidrProblem(text)).toBeUndefined();
});

test.each([
  ['', 'use CIDR notation'],
  ['10.20.0.0', 'use CIDR notation'],
  ['10.20.0.0/', 'use CIDR notation'],
  ['10.20.0/24', 'use CIDR notation'],
  ['10.20.0.256/32', 'use CIDR notation'],
  ['010.20.0.0/24', 'use CIDR notation'],
  ['10.20.0.0/024', 'use CIDR notation'],
  ['10.20.0.0/-1', 'use CIDR notation'],
  ['10.20.0.0/24/24', 'use CIDR notation'],
  [' 10.20.0.0/24', 'use CIDR notation'],
  ['kube-dns/32', 'use CIDR notation'],
  ['fd00::20::/64', 'use CIDR notation'],
  ['fe80::1%eth0/128', 'use CIDR notation'],
  ['::ffff:10.20.0.0/120', 'use CIDR notation'],
  ['10.20.0.0/33', 'from 0 to 32'],
  ['fd00::/129', 'from 0 to 128'],
  ['10.20.0.1/24', 'set after the first 24: set them to 0, or use /32'],
  ['10.20.1.0/23', 'set after the first 23'],
  ['128.0.0.0/0', 'set after the first 0'],
  ['fd00:20::1/64', 'or use /128'],
  ['fd80::/8', 'set after the first 8'],
])('rejects %j', (text, fix) => {
  expect(cidrProblem(text)).toContain(fix);
});
