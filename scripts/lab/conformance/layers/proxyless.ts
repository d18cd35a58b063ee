import { followIstiod } from '../../../../services/kit/client/follow-istiod.ts';
import { kitCaller } from './kit-caller.ts';
import type { OpenCaller } from './layer.ts';

/** The kit as istiod tells it over xDS. The process knows the policy by istiod alone. */
export const proxyless: OpenCaller = (_, [address = '']) => kitCaller({ address, usesXds: true }, []);

/** To be waited for before such a caller is made. */
export const prepareProxyless = () => followIstiod([{ usesXds: true }]);
