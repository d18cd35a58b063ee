import type { DeclaredCall, DeclaredGraph } from '../../../policy/declared-graph.ts';

/** The call to which a request belongs. */
export interface CallKey {
  /** `CALLER/NAME`, or `CALLER/CALLEE?` if the call is not declared. */
  readonly id: string;
  readonly caller: string;
  readonly callee: string;
  readonly isDeclared: boolean;
}

/** A request from one service to another, as telemetry names it. */
export interface ObservedRequest {
  readonly caller: string;
  /** @default the service of the graph that serves the method */
  readonly callee?: string | undefined;
  /** Such as `weft.product.v1.ProductService/GetProduct`. */
  readonly method: string;
  /** Name of the declared call. @default the declared call with this method */
  readonly name?: string | undefined;
}

/** Finds the declared call of a request. */
export class CallIndex {
  readonly #byName: ReadonlyMap<string, DeclaredCall>;
  readonly #byMethod: ReadonlyMap<string, DeclaredCall>;
  readonly #services: ReadonlyMap<string, string>;

  constructor({ calls, services }: DeclaredGraph) {
    this.#byName = new Map(calls.map((call) => [declaredId(call), call]));
    this.#byMethod = new Map(
      calls.flatMap((call) =>
        call.methods.map((method) => [`${call.caller}>${call.callee}>${method}`, call]),
      ),
    );
    this.#services = new Map(
      services.flatMap(({ name, serves }) => (serves === undefined ? [] : [[serves, name]])),
    );
  }

  /** Returns the call of a request; undefined if its callee is unknown. */
  find({ caller, callee: calleeName, method, name }: ObservedRequest): CallKey | undefined {
    const callee = calleeName ?? this.#services.get(method.slice(0, method.lastIndexOf('/')));
    if (callee === undefined) return undefined;
    const named = name === undefined ? undefined : this.#byName.get(`${caller}/${name}`);
    const isNamed = named?.callee === callee && named.methods.includes(method);
    const call = isNamed ? named : this.#byMethod.get(`${caller}>${callee}>${method}`);
    if (call) return { id: declaredId(call), caller, callee, isDeclared: true };
    return { id: `${caller}/${callee}?`, caller, callee, isDeclared: false };
  }
}

export function declaredId({ caller, name }: Pick<DeclaredCall, 'caller' | 'name'>): string {
  return `${caller}/${name}`;
}
