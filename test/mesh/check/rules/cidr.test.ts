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
])('%s is a network', (text) => {
  expect(cidrProblem(text)).toBeUndefined();
});

test.each([
  ['', 'give a network'],
  ['10.20.0.0', 'give a network'],
  ['10.20.0.0/', 'give a network'],
  ['10.20.0/24', 'give a network'],
  ['10.20.0.256/32', 'give a network'],
  ['010.20.0.0/24', 'give a network'],
  ['10.20.0.0/024', 'give a network'],
  ['10.20.0.0/-1', 'give a network'],
  ['10.20.0.0/24/24', 'give a network'],
  [' 10.20.0.0/24', 'give a network'],
  ['kube-dns/32', 'give a network'],
  ['fd00::20::/64', 'give a network'],
  ['fe80::1%eth0/128', 'give a network'],
  ['::ffff:10.20.0.0/120', 'give a network'],
  ['10.20.0.0/33', 'from 0 to 32'],
  ['fd00::/129', 'from 0 to 128'],
  ['10.20.0.1/24', 'behind the first 24: set them to 0, or give /32'],
  ['10.20.1.0/23', 'behind the first 23'],
  ['128.0.0.0/0', 'behind the first 0'],
  ['fd00:20::1/64', 'or give /128'],
  ['fd80::/8', 'behind the first 8'],
])('%j is refused', (text, change) => {
  expect(cidrProblem(text)).toContain(change);
});
