import { createServer, type Server } from 'node:net';

function listenOn(port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => resolve(server));
  });
}

const close = (server: Server): Promise<void> => new Promise((resolve) => server.close(() => resolve()));

function portOfServer(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server without a port');
  return address.port;
}

/** Loopback ports nobody listens on just now, all different because all are held at once before any is let go. */
export async function freePorts(names: readonly string[]): Promise<Record<string, number>> {
  const held = await Promise.all(names.map(() => listenOn(0)));
  const ports = held.map(portOfServer);
  await Promise.all(held.map(close));
  return Object.fromEntries(names.map((name, index) => [name, ports[index] ?? 0]));
}

/** Whether a server could listen on this loopback port. */
export async function isPortFree(port: number): Promise<boolean> {
  try {
    await close(await listenOn(port));
    return true;
  } catch {
    return false;
  }
}
