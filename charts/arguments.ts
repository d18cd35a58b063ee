import { parseArgs } from 'node:util';
import { BROKERS, type Broker } from '../mesh/policy/broker.ts';

export interface Arguments {
  readonly environment: string;
  /** What carries topics; undefined is what the environment says. */
  readonly broker: Broker | undefined;
  /** Folder that the manifests are written to. */
  readonly outdir: string;
  /** Image tags by service. */
  readonly tags: Readonly<Record<string, string>>;
  readonly json: boolean;
  readonly help: boolean;
}

export const USAGE = `Writes the shop's Kubernetes manifests, and a picture of its service graph.

  npm run synth -- [--env local|kind|production] [--broker BROKER] [--out FOLDER] [--tag SERVICE=TAG ...] [--json]
  npx cdk8s synth

  --env     which environment to write for        default: WEFT_ENV, else local
  --broker  what carries topics: postgres, kafka or rabbitmq   default: the environment's
  --out     folder to write to                    default: CDK8S_OUTDIR, else dist/<env>
  --tag     image tag of a service                default: the environment's
  --json    print what was written as one line of JSON
`;

/** @throws Error that names an unknown or wrong option */
export function parseArguments(words: readonly string[], env: NodeJS.ProcessEnv): Arguments {
  const { values } = parseArgs({
    args: [...words],
    options: {
      env: { type: 'string' },
      broker: { type: 'string' },
      out: { type: 'string' },
      tag: { type: 'string', multiple: true, default: [] },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const environment = values.env ?? (env.WEFT_ENV || 'local');
  return {
    environment,
    broker: values.broker === undefined ? undefined : brokerNamed(values.broker),
    outdir: values.out ?? (env.CDK8S_OUTDIR || `dist/${environment}`),
    tags: Object.fromEntries(values.tag.map(tagOf)),
    json: values.json,
    help: values.help,
  };
}

/** @throws Error when there is no broker of that name */
export function brokerNamed(text: string): Broker {
  const broker = BROKERS.find((one) => one === text);
  if (broker) return broker;
  throw new Error(`--broker '${text}' is not known: use one of ${BROKERS.join(', ')}`);
}

function tagOf(text: string): readonly [service: string, tag: string] {
  const [, service, tag] = /^([^=]+)=([\w][\w.-]{0,127})$/.exec(text) ?? [];
  if (service && tag) return [service, tag];
  throw new Error(`--tag '${text}' must be SERVICE=TAG, as in product=1.2.0`);
}
