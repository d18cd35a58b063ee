import type { Chart } from 'cdk8s';
import type { Platform } from '../../mesh/graph/platform.ts';
import { type PartPort, partPorts } from './access.ts';
import { type ObservabilityPart, type ObservabilitySettings, partsOf } from './settings.ts';

/** The observability stack of one platform: its settings, its included parts and the chart of its objects. */
export class Stack {
  readonly chart: Chart;
  readonly platform: Platform;
  readonly settings: ObservabilitySettings;
  readonly parts: ReadonlySet<ObservabilityPart>;

  /** @throws Error if the settings contradict each other */
  constructor(chart: Chart, platform: Platform, settings: ObservabilitySettings) {
    this.chart = chart;
    this.platform = platform;
    this.settings = settings;
    this.parts = partsOf(settings);
  }

  /** Returns the ports of a part, with the clients that are included. */
  portsOf(part: ObservabilityPart): readonly PartPort[] {
    const ports: readonly PartPort[] = partPorts(this.settings)[part];
    return ports.map((port) => ({
      ...port,
      clients: port.clients.filter(
        (client) => client === 'shop' || client === 'ingress' || this.parts.has(client),
      ),
    }));
  }
}
