import { afterEach, describe, expect, it } from 'vitest';
import { SERVER_NAMES } from '../../../infra/local/servers/server-definition.ts';
import { realServer } from '../../real-servers.ts';

describe('a real server', () => {
  const stops: (() => Promise<void>)[] = [];
  afterEach(async () => void (await Promise.all(stops.splice(0).map((stop) => stop()))));

  it.each(SERVER_NAMES)('%s starts, answers and leaves no process behind', { timeout: 60_000 }, async (name) => {
    const server = await realServer(name);
    stops.push(server.stop);
    expect(process.kill(server.pid, 0)).toBe(true);
    await stops.pop()?.();
    expect(() => process.kill(server.pid, 0)).toThrow('ESRCH');
  });
});
