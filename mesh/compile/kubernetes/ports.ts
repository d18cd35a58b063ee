import { Service } from '../../graph/service.ts';

export interface NamedPort {
  /** Begins with the protocol, which Istio derives from the name. */
  readonly name: 'grpc' | 'http' | 'http-admin';
  readonly port: number;
  readonly appProtocol: 'grpc' | 'http';
}

/** Returns the ports that the pods of a service listen on. */
export function servicePorts(service: Service): readonly NamedPort[] {
  return [
    ...(service.serves ? [{ name: 'grpc', port: Service.grpcPort, appProtocol: 'grpc' } as const] : []),
    ...(service.edge ? [{ name: 'http', port: Service.httpPort, appProtocol: 'http' } as const] : []),
    { name: 'http-admin', port: Service.adminPort, appProtocol: 'http' },
  ];
}
