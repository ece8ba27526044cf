import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { type ErrorFacts, H2gError, isErrorCode } from '../../../domain/error.ts';
import { type ControlAnswer, ControlReply, type ControlRequest, PROTOCOL } from './control-messages.ts';
import { logFile, type StackFolders } from './stack-folders.ts';

type WithoutId<T> = T extends unknown ? Omit<T, 'id'> : never;
export type ControlQuestion = WithoutId<ControlRequest>;

export interface ControlClient {
  /** @throws H2gError what the supervisor says, or `server-unavailable` if it goes away meanwhile */
  ask(question: ControlQuestion, signal?: AbortSignal): Promise<ControlAnswer>;
  /** Aborted when the connection is gone, with the reason. */
  readonly gone: AbortSignal;
  close(): void;
}

/** @returns undefined if nobody listens there */
export async function connectControl(folders: StackFolders): Promise<ControlClient | undefined> {
  const socket = connect(folders.socket);
  const connected = await new Promise<boolean>((resolve, reject) => {
    socket.once('connect', () => resolve(true));
    socket.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ECONNREFUSED') resolve(false);
      else reject(error);
    });
  });
  return connected ? clientOf(socket, folders) : undefined;
}

function clientOf(socket: Socket, folders: StackFolders): ControlClient {
  const waiting = new Map<number, (answer: ControlAnswer | Error) => void>();
  const gone = new AbortController();
  let lastId = 0;
  const end = (reason: Error): void => {
    gone.abort(reason);
    for (const settle of waiting.values()) settle(reason);
    waiting.clear();
  };
  socket.on('error', () => socket.destroy());
  socket.on('close', () => end(supervisorGone(logFile(folders, 'supervisor'))));
  const lines = createInterface({ input: socket });
  // It passes on the socket's errors; the close that follows says all there is to say.
  lines.on('error', () => socket.destroy());
  lines.on('line', (line) => {
    const reply = ControlReply.safeParse(JSON.parse(line));
    if (!reply.success || reply.data.protocol !== PROTOCOL) return end(otherVersion());
    waiting.get(reply.data.id)?.(reply.data.answer);
    waiting.delete(reply.data.id);
  });
  return {
    gone: gone.signal,
    close: () => socket.destroy(),
    ask: (question, signal) => {
      signal?.throwIfAborted();
      if (gone.signal.aborted) return Promise.reject(gone.signal.reason as Error);
      lastId += 1;
      const answer = awaitAnswer(lastId, waiting, signal);
      socket.write(`${JSON.stringify({ ...question, id: lastId })}\n`);
      return answer;
    },
  };
}

function awaitAnswer(id: number, waiting: Map<number, (answer: ControlAnswer | Error) => void>, signal?: AbortSignal) {
  return new Promise<ControlAnswer>((resolve, reject) => {
    const abort = (): void => reject(signal?.reason as Error);
    signal?.addEventListener('abort', abort, { once: true });
    waiting.set(id, (answer) => {
      signal?.removeEventListener('abort', abort);
      if (answer instanceof Error) reject(answer);
      else if (answer.kind === 'error') reject(remoteError(answer.error));
      else resolve(answer);
    });
  });
}

function remoteError({ code, message, hint }: { code: string; message: string; hint: string }): H2gError {
  const facts: ErrorFacts = { code: isErrorCode(code) ? code : 'internal', message, hint };
  return new H2gError(facts);
}

const supervisorGone = (log: string): H2gError =>
  new H2gError({
    code: 'server-unavailable',
    message: 'the local servers went down: their supervisor ended',
    hint: `If that was not h2g down, look into ${log}; the same command run again goes on where it was.`,
  });

const otherVersion = (): H2gError =>
  new H2gError({
    code: 'server-unavailable',
    message: 'the local servers were started by another version of H2G-Flow',
    hint: 'Stop them with `h2g down`, then try again.',
  });
