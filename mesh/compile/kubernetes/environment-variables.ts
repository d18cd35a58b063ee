import type { EnvVar } from '../../../imports/kubernetes.ts';
import { Service } from '../../graph/service.ts';
import type { Version } from '../../graph/version.ts';
import { proxyHops } from '../peers/proxy-hops.ts';
import { bootstrapVariables, hasProxylessCalls } from '../proxyless/bootstrap.ts';
import { choosesEndpoints } from './endpoint-access.ts';
import { memoryVariables } from './memory-variables.ts';
import { telemetryVariables } from './telemetry-variables.ts';
import { TLS_PATH, tlsFiles } from './tls-volume.ts';
import { CONFIG_PATH, SECRETS_PATH } from './volumes.ts';

/** Returns the environment variables of a service process. services/kit reads those that begin with WEFT_. */
export function environmentVariables(service: Service, version: Version): readonly EnvVar[] {
  const variables = {
    ...memoryVariables(service.size),
    WEFT_SERVICE: service.name,
    WEFT_CONFIG: `${CONFIG_PATH}/app.json`,
    ...(service.serves && { WEFT_GRPC_LISTEN: `0.0.0.0:${Service.grpcPort}` }),
    ...(service.edge && {
      WEFT_HTTP_LISTEN: `0.0.0.0:${Service.httpPort}`,
      WEFT_PROXY_HOPS: String(proxyHops(service.platform.environment)),
    }),
    WEFT_ADMIN_LISTEN: `0.0.0.0:${Service.adminPort}`,
    WEFT_SECRETS: SECRETS_PATH,
    ...(tlsFiles(service).length > 0 && { WEFT_TLS: TLS_PATH }),
    ...(choosesEndpoints(service) && { WEFT_DISCOVERY: 'kubernetes' }),
    WEFT_DRAIN: service.platform.environment.drainDuration,
    ...service.settings,
    ...version.settings,
  };
  return [
    ...Object.entries(variables).map(([name, value]) => ({ name, value: literalValue(value) })),
    ...telemetryVariables(service, version),
    ...(hasProxylessCalls(service) ? bootstrapVariables(service, service.platform.namespace) : []),
  ];
}

/**
 * Escapes `text` for the value of an environment variable, or an argument, so that the kubelet does not expand it. The
 * kubelet replaces `$(NAME)` by the value of a variable, and `$$` by `$`.
 *
 * @see https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/
 */
function literalValue(text: string): string {
  return /\$\$|\$\([^)]*\)/.test(text) ? text.replaceAll('$', '$$$$') : text;
}
