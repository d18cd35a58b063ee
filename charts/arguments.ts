import { parseArgs } from 'node:util';
import { type BrokerOptions, parseBrokerOverride } from './broker-override.ts';
import { type ObservabilityOptions, parseObservability } from './observability-override.ts';

export interface Arguments {
  readonly environment: string;
  /** Folder that the manifests are written to. */
  readonly outdir: string;
  /** Image tags, by service. */
  readonly tags: Readonly<Record<string, string>>;
  /** @default the environment's broker */
  readonly broker?: BrokerOptions;
  /** @default the observability stack is left out */
  readonly observability?: ObservabilityOptions;
  readonly json: boolean;
  readonly help: boolean;
}

export const USAGE = `Writes the shop's Kubernetes manifests and a diagram of its service graph.

  npm run synth -- [--env local|kind|production] [--out FOLDER] [--tag SERVICE=TAG ...]
    [--broker postgres|kafka|rabbitmq [--broker-address HOST:PORT]]
    [--observability [--without PART ...]] [--json]
  npx cdk8s synth

  --env            which environment to write for        default: WEFT_ENV, else local
  --out            folder to write to                    default: CDK8S_OUTDIR, else dist/<env>
  --tag            image tag of a service                default: the environment's
  --broker         event broker                          default: the environment's
  --broker-address HOST:PORT of the RabbitMQ, or of a Kafka with one broker and no authentication
  --observability  also write the observability stack    default: without it
  --without        leave out a part of the stack: collector, jaeger, prometheus, alertmanager, loki, grafana or kiali
  --json           print the result, or an error, as one line of JSON
  --verbose        also print the stack of an error
`;

/** Parses the command line of `charts/main.ts`. @throws Error that names the unknown or invalid option */
export function parseArguments(words: readonly string[], env: NodeJS.ProcessEnv): Arguments {
  const { values } = parseArgs({
    args: [...words],
    options: {
      env: { type: 'string' },
      out: { type: 'string' },
      tag: { type: 'string', multiple: true, default: [] },
      broker: { type: 'string' },
      'broker-address': { type: 'string' },
      observability: { type: 'boolean', default: false },
      without: { type: 'string', multiple: true, default: [] },
      json: { type: 'boolean', default: false },
      // Used by reportFailure, which reads it from the command line.
      verbose: { type: 'boolean' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const environment = values.env ?? (env.WEFT_ENV || 'local');
  const broker = parseBrokerOverride(values.broker, values['broker-address']);
  const observability = parseObservability(values.observability, values.without);
  return {
    environment,
    outdir: values.out ?? (env.CDK8S_OUTDIR || `dist/${environment}`),
    tags: Object.fromEntries(values.tag.map(parseTag)),
    ...(broker && { broker }),
    ...(observability && { observability }),
    json: values.json,
    help: values.help,
  };
}

function parseTag(text: string): readonly [service: string, tag: string] {
  const [, service, tag] = /^([^=]+)=([\w][\w.-]{0,127})$/.exec(text) ?? [];
  if (service && tag) return [service, tag];
  throw new Error(`--tag '${text}' must be SERVICE=TAG, as in product=1.2.0`);
}
