import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { connectControl } from '../../../infra/local/supervisor/control-client.ts';
import { makeStackFolders, stackFolders } from '../../../infra/local/supervisor/stack-folders.ts';

const folder = mkdtempSync(join(tmpdir(), 'h2g-control-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('a supervisor that goes away is told with where its log lies', async () => {
  const folders = stackFolders(folder);
  await makeStackFolders(folders);
  const server = createServer((socket) => socket.once('data', () => socket.destroy()));
  await new Promise<void>((resolve) => server.listen(folders.socket, resolve));
  try {
    const client = await connectControl(folders);
    await expect(client?.ask({ kind: 'status' })).rejects.toMatchObject({
      code: 'server-unavailable',
      hint: expect.stringContaining(`look into ${join(folder, 'logs', 'supervisor.log')};`),
    });
  } finally {
    server.close();
  }
  expect(await connectControl(stackFolders(join(folder, 'nobody')))).toBeUndefined();
});
