import { expect, test } from '@jest/globals';
import { DISCOVERY_SETTING } from '../../../../services/kit/config/discovery-setting.ts';

test.each([
  ['dns', { kind: 'dns' }],
  ['kubernetes', { kind: 'kubernetes' }],
  ['/etc/weft/endpoints.json', { kind: 'file', path: '/etc/weft/endpoints.json' }],
  ['consul+http://127.0.0.1:8500', { kind: 'consul', urls: ['http://127.0.0.1:8500'] }],
  ['etcd+https://a:2379,b:2379', { kind: 'etcd', urls: ['https://a:2379', 'https://b:2379'] }],
])('parses WEFT_DISCOVERY=%s', (text, setting) => {
  expect(DISCOVERY_SETTING.parse(text)).toEqual(setting);
});

test.each([
  '',
  'consul',
  'endpoints.json',
  'consul+http://a',
  'consul+http://a:1,b:1',
  'zookeeper+http://a:1',
  'etcd+http://a:1/x',
])("rejects WEFT_DISCOVERY='%s' with the rule", (text) => {
  const { error } = DISCOVERY_SETTING.safeParse(text);
  expect(error?.issues[0]?.message).toMatch(
    /^use dns, kubernetes, the absolute path of a file, consul\+http/,
  );
});
