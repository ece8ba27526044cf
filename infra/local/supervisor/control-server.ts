import { rmSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { asH2gError } from '../../../domain/error.ts';
import { type ControlAnswer, type ControlReply, ControlRequest, PROTOCOL } from './control-messages.ts';

/** One command's connection; `ended` is aborted when it closes, however the command ended. */
export interface ControlConnection {
  readonly ended: AbortSignal;
}

export type ControlHandler = (request: ControlRequest, connection: ControlConnection) => Promise<ControlAnswer>;

export interface ControlServer {
  /** Closes every connection and removes the socket. */
  close(): Promise<void>;
}

/** Listens on the home's socket. The caller holds the home, so a socket that lies there already is a dead one's. */
export async function serveControl(socketPath: string, handle: ControlHandler): Promise<ControlServer> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    serveSocket(socket, handle);
  });
  if (process.platform !== 'win32') rmSync(socketPath, { force: true });
  await listen(server, socketPath);
  if (process.platform !== 'win32') await chmod(socketPath, 0o600);
  return {
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.end();
      await closed;
    },
  };
}

const listen = (server: Server, path: string): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });

function serveSocket(socket: Socket, handle: ControlHandler): void {
  const ended = new AbortController();
  socket.on('close', () => ended.abort());
  const lines = createInterface({ input: socket });
  // A command that was killed resets its connection; its end is what counts. The lines pass the socket's errors on.
  for (const emitter of [socket, lines]) emitter.on('error', () => socket.destroy());
  lines.on('line', (line) => void answerLine(line));

  const answerLine = async (line: string): Promise<void> => {
    let id = 0;
    const answer = await (async () => {
      const request = ControlRequest.parse(JSON.parse(line));
      id = request.id;
      return handle(request, { ended: ended.signal });
    })().catch((error: unknown): ControlAnswer => ({ kind: 'error', error: asH2gError(error).facts }));
    const reply: ControlReply = { id, protocol: PROTOCOL, answer };
    if (socket.writable) socket.write(`${JSON.stringify(reply)}\n`);
  };
}
