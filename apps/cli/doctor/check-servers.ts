import { loadConfig } from '../../../platform/config.ts';
import { checkLocalServers } from './check-local-servers.ts';
import { checkRemoteServers } from './check-remote-servers.ts';
import type { Check } from './check.ts';

/** The servers this machine would work with: those of a site if any is configured, else its own. */
export const checkServers: Check = (context) => {
  const { servers } = loadConfig(context.env);
  return servers === undefined ? checkLocalServers(context) : checkRemoteServers(servers, context);
};
