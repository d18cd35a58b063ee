import type { PartClient } from './part-client.ts';

/** The fields of Kiali's traffic graph that tests read. */
export interface KialiGraph {
  readonly elements: {
    readonly nodes: readonly {
      readonly data: {
        readonly id: string;
        readonly app?: string;
        readonly workload?: string;
        readonly service?: string;
      };
    }[];
    readonly edges: readonly {
      readonly data: { readonly source: string; readonly target: string; readonly isMTLS?: string };
    }[];
  };
}

interface Validation {
  readonly checks: readonly { readonly code: string; readonly path: string }[] | null;
}

interface ConfigList {
  /** By type of object, and by `name.namespace`. */
  readonly validations?: Readonly<Record<string, Readonly<Record<string, Validation>>>>;
}

/** A report of Kiali's validations about an object. */
export interface Finding {
  readonly code: string;
  /** `type name.namespace`. */
  readonly object: string;
}

/**
 * Returns the number of validated objects of namespaces, and what the validations report about them. Kiali also reports
 * workloads of other namespaces, whose policies it did not read; they are left out.
 */
export async function readFindings(
  kiali: PartClient,
  namespaces: readonly string[],
): Promise<{ readonly validated: number; readonly findings: readonly Finding[] }> {
  const lists = await Promise.all(
    namespaces.map(async (namespace) => {
      const config = await kiali.get<ConfigList>(`/api/namespaces/${namespace}/istio`, { validate: 'true' });
      const services = await kiali.get<ConfigList>('/api/clusters/services', {
        namespaces: namespace,
        onlyDefinitions: 'false',
      });
      return [config, services].flatMap(({ validations = {} }) =>
        Object.entries(validations).flatMap(([type, objects]) =>
          Object.entries(objects)
            .filter(([name]) => name.endsWith(`.${namespace}`))
            .map(([name, { checks }]) => ({ object: `${type} ${name}`, checks: checks ?? [] })),
        ),
      );
    }),
  );
  const all = lists.flat();
  const findings = all.flatMap(({ object, checks }) => checks.map(({ code }) => ({ code, object })));
  return { validated: all.length, findings };
}
