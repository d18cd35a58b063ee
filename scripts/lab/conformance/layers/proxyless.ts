import { registerXdsResolver } from '../../../../services/kit/client/create-client.ts';
import { kitCaller } from './kit-caller.ts';
import type { OpenCaller } from './layer.ts';

/** Opens a caller that receives its policy and endpoints from istiod over xDS. */
export const proxyless: OpenCaller = (_, [address = '']) => kitCaller({ address, usesXds: true }, []);

/** Prepares the process for xDS. Wait for it before the first proxyless caller is opened. */
export const prepareProxyless = () => registerXdsResolver([{ usesXds: true }]);
