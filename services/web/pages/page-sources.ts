import type { BodyLimits } from '../../kit/edge/read-body.ts';
import type { Assets } from '../assets/load-assets.ts';
import type { Carts } from '../carts/carts.ts';
import type { StorefrontClients } from '../clients.ts';
import type { PageFrame } from '../views/page-frame.ts';

/** Everything that pages are made of. */
export interface PageSources {
  readonly clients: StorefrontClients;
  readonly carts: Carts;
  readonly assets: Assets;
  readonly frame: PageFrame;
  readonly limits: BodyLimits;
  /** Milliseconds between two quotes of an open cart page. */
  readonly cartIntervalMs: number;
}
