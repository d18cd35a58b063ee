import type { DeclaredCall } from '../../../../mesh/policy/declared-graph.ts';
import type { AttributeValues, SpanEventRecord } from './span-records.ts';

/** Returns the attributes of a request of a client outside of the graph. */
export function requestAttributes(id: string, requestId: string): AttributeValues {
  return {
    'http.request.method': 'GET',
    'http.route': '/v1/items/{id}',
    'http.response.status_code': 200,
    'url.path': `/v1/items/${id}`,
    'weft.request_id': requestId,
  };
}

/** Returns the attributes that the spans of a call have in common: that of the caller and that of the callee. */
export function rpcAttributes(method: string, hasFailed: boolean): AttributeValues {
  return {
    'rpc.system.name': 'grpc',
    'rpc.method': method,
    'rpc.status_code': hasFailed ? 'UNAVAILABLE' : 'OK',
  };
}

/** Returns the further attributes of the caller's span. */
export function callAttributes(
  { name, callee, layer }: DeclaredCall,
  attempts: number,
  endpoint: string,
): AttributeValues {
  return {
    'weft.call': name,
    'weft.callee': callee,
    'weft.layer': layer,
    'weft.call.attempts': attempts,
    'weft.endpoint': endpoint,
  };
}

/** Returns the attributes of a statement in the database of a service. */
export function queryAttributes(service: string): AttributeValues {
  return {
    'db.system.name': 'postgresql',
    'db.namespace': service,
    'db.query.text': 'SELECT id, name, description, price FROM item WHERE id = $1',
  };
}

/** Returns the decision of the in-app layer to retry a call. */
export function retryEvent(call: string, endpoint: string, time: number): SpanEventRecord {
  return {
    name: 'weft.call.retried',
    time,
    attributes: {
      'weft.call': call,
      'weft.detail': 'unavailable',
      'weft.policy.field': 'retries.on',
      'weft.attempt': 1,
      'weft.endpoint': endpoint,
      'weft.wait_ms': 12,
    },
  };
}
