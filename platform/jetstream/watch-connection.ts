import type { NatsConnection } from 'nats';

/** Tells when the line to the broker is lost, and when it is back, until the connection is closed. */
export async function watchConnection(nc: NatsConnection, onChange: (isUp: boolean) => void): Promise<void> {
  for await (const { type } of nc.status()) {
    if (type === 'disconnect') onChange(false);
    if (type === 'reconnect') onChange(true);
  }
}
