import { runService } from '../kit/service.ts';
import { gateway } from './gateway.ts';
import { openClients } from './open-clients.ts';
import { settings } from './settings.ts';

await runService(async (host) => {
  const { edge } = host.config;
  if (!edge) throw new Error('the gateway has no edge in the service graph; give it one');
  return {
    http: gateway({
      edge,
      clients: openClients(host),
      settings: host.settings(settings),
      log: host.log,
      stopping: host.stopping,
    }),
  };
});
