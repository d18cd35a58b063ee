import type { SharedEdge } from '../../../graph/shared-edge.ts';
import { clusterAddress, type EdgeGatewayOptions, MAX_RETRIES } from '../gateway-options.ts';
import { block, formatLines, type NginxBlock, type NginxLine } from './nginx-lines.ts';
import { errorPages, problemLocations } from './nginx-problems.ts';
import { internalLocations, pathLocations } from './nginx-routes.ts';
import { variableMaps } from './nginx-variables.ts';

export interface NginxOptions extends EdgeGatewayOptions {
  /** Parameter of `listen`. @default '8080' */
  readonly listen?: string;
  /** The only folder to which nginx writes. It must exist. @default '/tmp/nginx' */
  readonly folder?: string;
}

/** Tries of a request in all. */
const MAX_TRIES = 1 + MAX_RETRIES;

/** Idle connections to each service that a worker keeps open. */
const MAX_IDLE_CONNECTIONS = 64;

/** Modules of nginx with files for bodies. Each would otherwise create its folder outside of the configured one. */
const BUFFER_FOLDERS = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];

const ACCESS_LOG_FIELDS = {
  level: 'info',
  time: '$time_iso8601',
  service: 'nginx',
  requestId: '$weft_request_id',
  message: 'request',
  method: '$sent_method',
  path: '$request_path',
  route: '$route',
  status: '$status',
  milliseconds: '$milliseconds',
  client: '$client',
} as const;

/**
 * Returns a configuration for nginx 1.22 and later that serves an edge: its routes, limits and problems. Start nginx with
 * `nginx -e stderr -c FILE`, as any user, on a read-only file system except for the configured folder. `kill -HUP` loads
 * a new configuration: old workers finish their requests. Names of services are resolved at start and on a reload.
 *
 * TLS ends in front of nginx. `X-Forwarded-Proto` and `X-Forwarded-Host` are those of the request that nginx received.
 */
export function nginxConfig(edge: SharedEdge, options: NginxOptions): string {
  const { folder = '/tmp/nginx', numTrustedProxies = 0 } = options;
  return formatLines([
    '# Generated from the service graph by npm run synth. Start: nginx -e stderr -c FILE. Reload: kill -HUP.',
    'daemon off',
    `pid ${folder}/nginx.pid`,
    'error_log stderr warn',
    'worker_processes auto',
    'worker_shutdown_timeout 30s',
    '',
    block('events', ['worker_connections 4096']),
    '',
    block('http', [
      '# Nothing is written outside of one folder.',
      ...BUFFER_FOLDERS.map((name) => `${name}_temp_path ${folder}/${name}`),
      '',
      ...accessLog(),
      '',
      'map_hash_bucket_size 256',
      ...variableMaps(edge, numTrustedProxies),
      '',
      ...rateLimit(options),
      '',
      ...edge.services.map((service) =>
        upstream(service.name, (options.addressOf ?? clusterAddress)(service)),
      ),
      '',
      server(edge, options),
    ]),
  ]);
}

/** Returns the access log, with the fields of a service's log line. */
function accessLog(): readonly NginxLine[] {
  const numbers = new Set(['status', 'milliseconds']);
  const members = Object.entries(ACCESS_LOG_FIELDS).map(
    ([name, value]) => `"${name}":${numbers.has(name) ? value : `"${value}"`}`,
  );
  return [`log_format request escape=json '{${members.join(',')}}'`, 'access_log /dev/stdout request'];
}

function rateLimit({ rateLimit: { perSecond, burst } }: NginxOptions): readonly NginxLine[] {
  return [
    `limit_req_zone $subscriber zone=clients:16m rate=${perSecond}r/s`,
    `limit_req zone=clients burst=${burst} nodelay`,
    'limit_req_status 429',
  ];
}

/**
 * Returns the servers of a service. The one address of a Service stands for all its pods, and nginx tries each server
 * once. Therefore it is listed once for each try.
 */
function upstream(name: string, address: string): NginxBlock {
  return block(`upstream ${name}`, [
    ...Array.from({ length: MAX_TRIES }, () => `server ${address} max_fails=0`),
    `keepalive ${MAX_IDLE_CONNECTIONS}`,
    '# Shorter than the 60 s of services, which would otherwise close a connection while nginx sends a request.',
    'keepalive_timeout 50s',
  ]);
}

function server(edge: SharedEdge, { listen = '8080' }: NginxOptions): NginxBlock {
  return block('server', [
    `listen ${listen} default_server`,
    'server_tokens off',
    '# Repeated slashes are part of a path, as in the mesh.',
    'merge_slashes off',
    'uninitialized_variable_warn off',
    '',
    'client_header_timeout 10s',
    'client_body_timeout 10s',
    'large_client_header_buffers 2 16k',
    '# Each route has its own limit. nginx compares the length with the limit of every location that it enters.',
    'client_max_body_size 0',
    'keepalive_timeout 65s',
    '',
    'proxy_http_version 1.1',
    'proxy_redirect off',
    'proxy_connect_timeout 2s',
    `proxy_next_upstream_tries ${MAX_TRIES}`,
    'proxy_set_header Host $host',
    'proxy_set_header Connection ""',
    'proxy_set_header X-Request-Id $weft_request_id',
    'proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for',
    'proxy_set_header X-Forwarded-Proto $scheme',
    'proxy_set_header X-Forwarded-Host $host',
    'proxy_set_header Forwarded ""',
    'proxy_set_header X-Real-IP ""',
    'add_header X-Request-Id $own_request_id always',
    '',
    ...errorPages(),
    '',
    '# A response to HTTP/0.9 has no status.',
    block('if ($server_protocol = HTTP/0.9)', ['return 444']),
    '',
    '# The paths of the edge, in their precedence.',
    ...pathLocations(edge),
    '',
    '# The routes, by method.',
    ...internalLocations(edge),
    '',
    '# Problems (RFC 9457).',
    ...problemLocations(),
  ]);
}
