const CONNECT_MS = 2_000;
/** Longer than any purge took on a busy machine. */
const PATIENCE_MS = 5_000;
/** Nobody publishes on it, so nothing is purged. */
const NOBODYS = 'h2g.nobodys';
/** "General stream failure", with the words of the store. */
const STREAM_FAILED = 10051;

/**
 * Whether a stream of this server can no longer be purged, whatever the subject: the file store of nats-server 2.15 begins each purge by
 * saying the write error that it remembers, or holds a lock for ever since a purge that the full disk cut short. The client is loaded here,
 * since it takes longer than the server takes to start.
 * @throws NatsError where nobody can connect
 */
export async function refusesPurge(address: string): Promise<boolean> {
  const { connect, ErrorCode, NatsError } = await import('nats');
  const nc = await connect({ servers: address, reconnect: false, timeout: CONNECT_MS });
  try {
    const jsm = await nc.jetstreamManager({ timeout: PATIENCE_MS, checkAPI: false });
    for await (const stream of jsm.streams.names()) await jsm.streams.purge(stream, { filter: NOBODYS });
    return false;
  } catch (thrown) {
    if (!(thrown instanceof NatsError)) throw thrown;
    return thrown.code === ErrorCode.Timeout || thrown.api_error?.err_code === STREAM_FAILED;
  } finally {
    await nc.close();
  }
}
