import type { Platform } from '../../graph/platform.ts';
import type { Service } from '../../graph/service.ts';
import { YamlWriter } from '../../render/yaml.ts';
import { servedRequests } from '../promql/requests.ts';
import { burnRateAlerts } from './burn-rate-alerts.ts';
import { eventAlerts, reconciliationAlerts, telemetryAlerts, unreachableAlert } from './platform-alerts.ts';
import type { RuleFile } from './rule-file.ts';
import { slosOf } from './slo.ts';
import { sloRecordingRules } from './slo-recording-rules.ts';

/** Returns the recording and alerting rules of a platform as YAML, by file name. */
export function ruleFiles(platform: Platform): Readonly<Record<string, string>> {
  const writer = new YamlWriter();
  return Object.fromEntries(
    Object.entries(rules(platform)).map(([name, file]) => [`${name}.yaml`, writer.stringify([file])]),
  );
}

/** Returns the recording and alerting rules of a platform: a file per service, and one for all services. */
export function rules(platform: Platform): Readonly<Record<string, RuleFile>> {
  return {
    ...Object.fromEntries(
      platform.services.map((service) => [`service-${service.name}`, serviceRules(service)]),
    ),
    platform: {
      groups: [
        { name: 'events', rules: eventAlerts(platform) },
        { name: 'telemetry', rules: telemetryAlerts(platform) },
      ].filter(({ rules }) => rules.length > 0),
    },
  };
}

function serviceRules(service: Service): RuleFile {
  // Without requests, there is nothing to promise.
  const slos = servedRequests(service).length > 0 ? slosOf(service) : [];
  return {
    groups: [
      ...slos.map((slo) => ({
        name: `${service.name}-${slo.name}`,
        rules: [...sloRecordingRules(slo), ...burnRateAlerts(slo)],
      })),
      { name: `${service.name}-pods`, rules: [unreachableAlert(service)] },
      { name: `${service.name}-reconciliation`, rules: reconciliationAlerts(service) },
    ].filter(({ rules }) => rules.length > 0),
  };
}
