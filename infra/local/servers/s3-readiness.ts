import { portOf, type Ports } from './server-definition.ts';

/** A store that is up refuses a stranger with 403; while it is starting it answers 503 or not at all. */
export async function isS3Ready(ports: Ports, signal: AbortSignal): Promise<boolean> {
  return (await fetch(`http://127.0.0.1:${portOf(ports, 's3')}/`, { signal })).status === 403;
}
