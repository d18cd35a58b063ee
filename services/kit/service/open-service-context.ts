import type { AppCall, AppConfig } from '../../../mesh/policy/app-config.ts';
import type { AppEvents } from '../../../mesh/policy/app-events.ts';
import { callMetrics } from '../client/call-metrics.ts';
import { createCalleeClient } from '../client/callee-client.ts';
import { LivePolicy } from '../client/live-policy.ts';
import { detailOf, fieldOf, type PolicyDecision } from '../client/policy-decision.ts';
import { watchPolicies } from '../client/watch-policies.ts';
import type { ProcessEnvironment } from '../config/environment.ts';
import { findPolicyProblems } from '../config/policy-problems.ts';
import { readSecret } from '../config/secrets.ts';
import { parseSettings, type Variables } from '../config/settings.ts';
import type { Discovery } from '../discovery/discovery.ts';
import { SettingsError } from '../errors/settings-error.ts';
import { createEvents } from '../events/create-events.ts';
import { eventMetrics } from '../events/event-observer.ts';
import type { Events } from '../events/events.ts';
import type { Readiness } from '../server/readiness.ts';
import { migrate } from '../store/migrate.ts';
import { openPool } from '../store/open-pool.ts';
import { storeProbe } from '../store/store-probe.ts';
import type { Log } from '../telemetry/log.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { openBroker } from './open-broker.ts';
import type { ServiceContext } from './service-context.ts';

export interface ServiceContextSource {
  readonly environment: ProcessEnvironment;
  readonly variables: Variables;
  readonly config: AppConfig;
  readonly discovery: Discovery;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly stopping: AbortSignal;
  /** Receives the reason while the store or the broker is unavailable. */
  readonly readiness: Readiness;
  /** Registers a function to call when the process ends. Functions are called in reverse order. */
  readonly onClose: (close: () => void | Promise<void>) => void;
}

/** Decisions about a callee, which are logged as warnings. Decisions about a single call are not. */
const WARN_DECISIONS: ReadonlySet<PolicyDecision['kind']> = new Set(['ejected', 'returned', 'breaker']);

/**
 * Opens the context of a service. Connects to the broker if the service has topics; stores and clients are opened on
 * demand.
 * @throws SettingsError when the password of the broker is missing or wrong; Error when the broker does not respond
 */
export async function openServiceContext(source: ServiceContextSource): Promise<ServiceContext> {
  const { environment, variables, config, discovery, log, metrics, stopping, readiness, onClose } = source;
  const secret = (key: string) => readSecret(environment.WEFT_SECRETS, key);
  const events = config.events ? await openEvents(config.events, secret, source) : undefined;
  const policies = new Map<string, LivePolicy>();
  onClose(watchPolicies(environment.WEFT_CONFIG, config.service, policies, log));
  const names = new Map(Object.entries(config.calls).map(([name, call]) => [call, name]));
  const nameOf = (call: AppCall) => names.get(call) ?? '';
  return {
    config,
    log,
    metrics,
    stopping,
    secret,
    settings: (schema) => parseSettings(schema, variables),
    async store(migrations) {
      const { store } = config;
      if (!store) throw undeclared('store', 'the graph declares no store for this service; declare one');
      const password = secret('store-password');
      const database = await openPool({
        store,
        password,
        applicationName: config.service,
        discovery,
        log,
        metrics,
        tlsFolder: environment.WEFT_TLS,
        onWaiting: (reason) => readiness.set('store', reason),
      });
      readiness.set('store', undefined);
      onClose(database.close);
      await migrate(database.pool, migrations, log);
      const probe = storeProbe(database, {
        log,
        report: (problem) =>
          readiness.set('store', problem && `the database ${store.database} at ${store.address}: ${problem}`),
      });
      onClose(() => probe.stop());
      await probe.start();
      return database.pool;
    },
    client(definition, callee) {
      const [first, ...others] = Object.entries(config.calls).filter(([, call]) => call.callee === callee);
      if (!first) throw undeclared(`calls.${callee}`, 'the graph does not declare this call; declare it');
      for (const [name, call] of [first, ...others]) {
        if (call.service !== definition.fullName) {
          throw undeclared(
            `calls.${name}.service`,
            `is ${call.service}, not ${definition.fullName}; use its definition`,
          );
        }
        const problems = call.policy ? findPolicyProblems(name, call.policy, call.versions) : [];
        if (problems.length > 0) throw new SettingsError(problems);
        if (call.policy && !policies.has(name))
          policies.set(name, new LivePolicy(call.policy, call.versions));
      }
      const calls = [first[1], ...others.map(([, call]) => call)] as const;
      const { client, close } = createCalleeClient(definition, calls, {
        caller: config.service,
        discovery,
        policy: (call) => policies.get(nameOf(call)),
        nameOf,
        observeCalls: (call) => callMetrics(metrics, nameOf(call), callee),
        observe: (at, decision) => {
          const { kind, ...facts } = decision;
          const call = nameOf(at);
          metrics.count('weft_call_policy_total', {
            weft_call: call,
            weft_callee: callee,
            weft_decision: kind,
            weft_detail: detailOf(decision),
            weft_policy_field: fieldOf(decision),
          });
          log[WARN_DECISIONS.has(kind) ? 'warn' : 'debug'](`call policy: ${kind}`, { call, ...facts });
        },
      });
      onClose(close);
      return client;
    },
    get events() {
      if (!events)
        throw undeclared(
          'events',
          'the graph declares no topics for this service; declare the topics that it uses',
        );
      return events;
    },
  };
}

async function openEvents(
  events: AppEvents,
  secret: (key: string) => string,
  { environment, config, discovery, log, metrics, readiness, onClose }: ServiceContextSource,
): Promise<Events> {
  const broker = await openBroker({
    events,
    secret,
    service: config.service,
    discovery,
    log,
    metrics,
    tlsFolder: environment.WEFT_TLS,
    onWaiting: (reason) => readiness.set('broker', reason),
  });
  readiness.set('broker', undefined);
  onClose(() => broker.close());
  return createEvents(events, broker, log, { observer: eventMetrics(metrics) });
}

function undeclared(key: string, rule: string): SettingsError {
  return new SettingsError([{ key, rule }]);
}
