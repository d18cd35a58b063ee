import { grpcCaller } from './grpc-caller.ts';
import type { OpenCaller } from './layer.ts';

/** A caller that enforces nothing: its sidecar does. */
export const mesh: OpenCaller = (_, [address = '']) =>
  grpcCaller(`dns:///${address}`, { 'grpc.enable_retries': 0, 'grpc.service_config_disable_resolution': 1 });
