import {
  AUTHENTICATION_REALM,
  EDGE_PROBLEMS,
  type EdgeProblem,
  type EdgeProblemCode,
  PROBLEM_PATH,
} from '../../../policy/edge-problems.ts';

/**
 * Returns the LocalReplyConfig with which Envoy answers problems (RFC 9457) where it would answer text, or nothing. The
 * first mapper that matches a response applies.
 * @see https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_conn_man/local_reply
 */
export function localReplyConfig() {
  return {
    mappers: [
      // The JWT filter answers 401, but 403 for a token of another audience.
      mapper('invalid-token', [IS_JWT_REFUSAL]),
      // The RBAC filter answers 403 for a missing token too, because the request then has no principal.
      mapper('unauthenticated', [statusIs(403), LACKS_BEARER_TOKEN]),
      // Envoy answers 426 to other versions of HTTP, and 501 to unknown encodings of the body.
      mapper('malformed-request', [statusIs(426)]),
      mapper('malformed-request', [statusIs(501)]),
      ...BY_STATUS.map((code) => mapper(code, [statusIs(EDGE_PROBLEMS[code].status)])),
    ],
  };
}

const BY_STATUS: readonly EdgeProblemCode[] = [
  'malformed-request',
  'forbidden',
  'not-found',
  'method-not-allowed',
  'request-timeout',
  'body-too-large',
  'too-many-requests',
  'headers-too-large',
  'internal',
  'bad-gateway',
  'unavailable',
  'deadline-exceeded',
];

/** Problems of requests that Envoy refuses before it knows their path and assigns an id. */
const UNPARSED: ReadonlySet<EdgeProblemCode> = new Set(['malformed-request', 'headers-too-large']);

type Filter = Readonly<Record<string, unknown>>;

function statusIs(status: number): Filter {
  // Envoy requires a runtime key, which could override the value.
  const value = { default_value: status, runtime_key: `weft.local_reply.${status}` };
  return { status_code_filter: { comparison: { op: 'EQ', value } } };
}

const IS_JWT_REFUSAL: Filter = {
  extension_filter: {
    name: 'envoy.access_loggers.extension_filters.cel',
    typed_config: {
      '@type': 'type.googleapis.com/envoy.extensions.access_loggers.filters.cel.v3.ExpressionFilter',
      expression: "response.code_details.startsWith('jwt_authn_access_denied')",
    },
  },
};

const LACKS_BEARER_TOKEN: Filter = {
  header_filter: {
    header: {
      name: 'authorization',
      string_match: { safe_regex: { regex: '(?i)bearer +[^ ]+ *' } },
      treat_missing_header_as_empty: true,
      invert_match: true,
    },
  },
};

function mapper(code: EdgeProblemCode, filters: readonly Filter[]) {
  const { status, title, detail, challenge }: EdgeProblem = EDGE_PROBLEMS[code];
  const [only, ...others] = filters;
  return {
    filter: others.length === 0 ? only : { and_filter: { filters } },
    status_code: status,
    ...(challenge !== undefined && { headers_to_add: [authenticate(challenge)] }),
    body_format_override: {
      content_type: 'application/problem+json',
      json_format: {
        type: `${PROBLEM_PATH}${code}`,
        title,
        status,
        detail,
        code,
        ...(!UNPARSED.has(code) && {
          instance: '%PATH(NQ:ORIG_OR_PATH)%',
          requestId: '%REQ(X-REQUEST-ID)%',
        }),
      },
    },
  };
}

function authenticate(challenge: string) {
  return {
    header: { key: 'www-authenticate', value: `Bearer realm="${AUTHENTICATION_REALM}"${challenge}` },
    append_action: 'OVERWRITE_IF_EXISTS_OR_ADD',
  };
}
