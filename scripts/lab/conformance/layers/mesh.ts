import { grpcCaller } from './grpc-caller.ts';
import type { OpenCaller } from './layer.ts';

/** Opens a caller without a policy of its own, since its sidecar enforces the policy. */
export const mesh: OpenCaller = (_, [address = '']) =>
  grpcCaller(`dns:///${address}`, { 'grpc.enable_retries': 0, 'grpc.service_config_disable_resolution': 1 });
