import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** What a line does to what goes over it; a new setting holds from the next piece on, in both directions. */
export interface LineManners {
  /** Ends every connection and refuses new ones. */
  readonly cut: boolean;
  /** Keeps everything back, connections open: a line on which nobody notices anything. */
  readonly hung: boolean;
  readonly delayMs: number;
  readonly bytesPerSecond: number;
}

const GOOD: LineManners = { cut: false, hung: false, delayMs: 0, bytesPerSecond: Infinity };

/** A TCP line to a server that can be made as bad as lines are. */
export interface Line extends AsyncDisposable {
  readonly port: number;
  worsen(manners: Partial<LineManners>): void;
  mend(): void;
}

/** What may be under way in one direction of a connection before its sender is held up. */
const BUFFER_BYTES = 1 << 20;

export async function openLine(targetPort: number): Promise<Line> {
  const sockets = new Set<Socket>();
  const state = { manners: GOOD, whenMended: Promise.resolve(), mended: (): void => undefined };

  const server = createServer({ allowHalfOpen: true, noDelay: true }, (near) => {
    if (state.manners.cut) {
      near.resetAndDestroy();
      return;
    }
    const far = connect({ port: targetPort, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
      // What ends one side ends the other; both errors are what a bad line looks like.
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
      void carry(socket, other, state);
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  const mend = (): void => {
    state.manners = GOOD;
    state.mended();
  };
  return {
    port: (server.address() as AddressInfo).port,
    mend,
    worsen(manners) {
      if (manners.hung === true)
        state.whenMended = new Promise((resolve) => {
          state.mended = resolve;
        });
      state.manners = { ...state.manners, ...manners };
      if (state.manners.cut) for (const socket of sockets) socket.resetAndDestroy();
    },
    async [Symbol.asyncDispose]() {
      mend();
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface LineState {
  readonly manners: LineManners;
  readonly whenMended: Promise<void>;
}

/** Each piece leaves `delayMs` after it came, in order; so a delay does not slow the stream itself. */
async function carry(from: Socket, to: Socket, state: LineState): Promise<void> {
  let waitingBytes = 0;
  let sending = Promise.resolve();
  const send = async (piece: Buffer, leavesAtMs: number): Promise<void> => {
    await delay(Math.max(0, leavesAtMs - performance.now()));
    await delay((piece.length / state.manners.bytesPerSecond) * 1_000);
    if (state.manners.hung) await state.whenMended;
    if (to.writable && !to.write(piece)) await drained(to);
    waitingBytes -= piece.length;
  };
  try {
    for await (const piece of from as AsyncIterable<Buffer>) {
      const leavesAtMs = performance.now() + state.manners.delayMs;
      waitingBytes += piece.length;
      sending = sending.then(() => send(piece, leavesAtMs));
      if (waitingBytes > BUFFER_BYTES) await sending;
    }
    await sending;
    to.end();
  } catch {
    to.destroy();
  }
}

/** Resolves too when the socket is closed, whatever it was closed by. */
function drained(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      socket.off('drain', done).off('close', done);
      resolve();
    };
    socket.on('drain', done).on('close', done);
  });
}
