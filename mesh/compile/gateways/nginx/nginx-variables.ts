import type { SharedEdge } from '../../../graph/shared-edge.ts';
import { block, type NginxBlock, type NginxLine, quoted } from './nginx-lines.ts';

/** The characters of a path (RFC 3986, 3.3), which JSON does not escape. */
const PATH_CHARACTERS = "[A-Za-z0-9._~!$&'()*+,;=:@/%-]*";

/**
 * Matches a request target that nginx and a service could route differently. nginx decodes `%2F` to a slash before it
 * compares paths, and a service does not. A service treats a backslash as a slash, and removes `..;a` as a dot segment,
 * and nginx does neither. nginx ends the path at `#`, and a service does not before it removes dot segments. For every
 * other target, both select the same route.
 */
export const AMBIGUOUS_TARGET = '^[^?]*(?:%2f|[#\\\\]|/(?:[.]|%2e){1,2};)';

/** Returns the maps that compute variables from a request. nginx evaluates a map only when its variable is used. */
export function variableMaps({ hosts, routes }: SharedEdge, numTrustedProxies: number): readonly NginxLine[] {
  const perHost = hosts.includes('*') ? [] : hosts;
  return [
    '# The request id of the client if it has the form that services accept, and a new one otherwise.',
    map('$http_x_request_id', '$weft_request_id', [
      'default $request_id',
      `${quoted('~^[A-Za-z0-9_.:-]{1,128}\\z')} $http_x_request_id`,
    ]),
    '# Services answer with the request id themselves.',
    map('$upstream_http_x_request_id', '$own_request_id', ['default ""', '"" $weft_request_id']),
    '',
    '# Error bodies contain the path only if it needs no escapes in JSON.',
    map('$request_uri', '$problem_instance', [
      'default ""',
      `${quoted(`~^(?<instance>/${PATH_CHARACTERS})(?:[?]|\\z)`)} ',"instance":"$instance"'`,
    ]),
    map('$http_authorization', '$token_problem', [
      'default unauthenticated',
      `${quoted('~*^bearer +[^ ]+ *\\z')} invalid-token`,
    ]),
    ...failureMap(routes),
    '',
    '# Targets that nginx and a service could route differently.',
    map('$request_uri', '$is_ambiguous_target', ['default 0', `${quoted(`~*${AMBIGUOUS_TARGET}`)} 1`]),
    ...(perHost.length === 0
      ? []
      : [map('$host', '$is_other_host', ['hostnames', 'default 1', ...perHost.map((host) => `${host} 0`)])]),
    '',
    ...clientMaps(numTrustedProxies),
    '',
    '# For the access log.',
    map('$request_uri', '$request_path', ['default ""', '"~^(?<target_path>[^?]*)" $target_path']),
    map('$request', '$sent_method', ['default $request_method', '"~^(?<first_word>[A-Z]+) " $first_word']),
    map('$request_time', '$milliseconds', [
      'default 0',
      `${quoted('~^0[.]0*(?<fraction>[1-9][0-9]*)\\z')} $fraction`,
      `${quoted('~^(?<seconds>[1-9][0-9]*)[.](?<rest>[0-9]+)\\z')} $seconds$rest`,
    ]),
  ];
}

/** Returns the map of the problem for status 500. `auth_request` turns every failure of its service into 500. */
function failureMap(routes: SharedEdge['routes']): readonly NginxLine[] {
  // nginx only knows the variable if a location sets it.
  if (routes.every(({ access }) => access === 'public'))
    return [map('""', '$failure_problem', ['default internal'])];
  return [
    '# auth_request turns every failure of its service into 500.',
    map('$authorization_status', '$failure_problem', ['default internal', '"~^5" unavailable']),
  ];
}

/** Returns the maps of the client's address, and of the key of its rate limit, as services compute them. */
function clientMaps(numTrustedProxies: number): readonly NginxLine[] {
  const others = numTrustedProxies > 1 ? `(?: *,[^,]*){${numTrustedProxies - 1}}` : '';
  return [
    ...(numTrustedProxies === 0
      ? [map('$remote_addr', '$client', ['default $remote_addr'])]
      : [
          '# Each trusted proxy appended the address of its own peer.',
          map('$http_x_forwarded_for', '$client', [
            'default $remote_addr',
            `${quoted(`~(?:^|,) *(?<forwarded>[0-9A-Fa-f.:]+)${others} *\\z`)} $forwarded`,
          ]),
        ]),
    '# Clients in one /64 share a limit, because a subscriber usually has a whole /64 (RFC 6177).',
    map('$client', '$subscriber', [
      'default $client',
      '"~^(?<network>(?:[0-9A-Fa-f]+:){4})" $network',
      '"~^(?<short_network>[0-9A-Fa-f:]*::)" $short_network',
    ]),
  ];
}

function map(source: string, variable: string, lines: readonly NginxLine[]): NginxBlock {
  return block(`map ${source} ${variable}`, lines);
}
